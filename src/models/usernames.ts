/** Usernames (spec/tokens.md §6.1): one letter must be neither the first character nor directly after a hyphen. */
const USER = '[a-z0-9](?:[a-z0-9]|-[a-z0-9])*[a-z](?:[a-z0-9]|-[a-z0-9])*'

export const USERNAME_PATTERN = new RegExp(`^${USER}$`)
export const ACTOR_PATTERN = new RegExp(`^${USER}$|^<[a-z]+>$`)
const BOT_PATTERN = /^bot-[a-z0-9](?:[a-z0-9]|-[a-z0-9])*$/
export const MAXIMUM_USERNAME_LENGTH = 64

/** The identity of the bootstrap token, and of what Porthor does by itself (spec/tokens.md §7). */
export const BOOTSTRAP_USERNAME = '<bootstrap>'
export const INTERNAL_USERNAME = '<internal>'

export function isUsername(text: string): boolean {
  return text.length <= MAXIMUM_USERNAME_LENGTH && USERNAME_PATTERN.test(text)
}

export function isBotUsername(text: string): boolean {
  return isUsername(text) && BOT_PATTERN.test(text)
}
