const TIMEOUT_MILLISECONDS = 20_000

/** Slack cuts the text of a block after so many characters. */
export const MAXIMUM_SLACK_TEXT = 3_000

/** A message was not delivered. Never names the webhook's address, which is a secret. */
export class SlackError extends Error {
  constructor(reason: string, cause?: unknown) {
    super(`The alert could not be posted to slackWebhook (${reason})`, { cause })
    this.name = 'SlackError'
  }
}

/**
 * Posts a text to a Slack webhook.
 *
 * @param text - In Slack's markup, at most `MAXIMUM_SLACK_TEXT` characters.
 * @throws {SlackError}
 */
export async function postToSlack(webhook: string, text: string): Promise<void> {
  const answer = await fetch(webhook, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] }),
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
  }).catch((error: Error) => {
    throw new SlackError((error.cause as { code?: string } | undefined)?.code ?? error.name, error)
  })
  await answer.body?.cancel()
  if (!answer.ok) throw new SlackError(`status ${answer.status}`)
}
