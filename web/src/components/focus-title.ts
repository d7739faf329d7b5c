/** Lets the keyboard, and whoever listens, go on at the title of the page. */
export function focusTitle(): void {
  document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
}
