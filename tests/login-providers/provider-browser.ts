/** What a browser does at a login provider, over loopback: it keeps cookies and follows redirects. */
export class ProviderBrowser {
  readonly #cookies = new Map<string, string>()

  /** Follows redirects from `url` to the first one that leads to `end`, and tells where that leads. */
  async follow(url: string, end: string): Promise<URL> {
    let next = url
    for (let count = 0; count < 10; count++) {
      const { headers, status, text } = await this.request(next)
      const location = headers.get('location')
      if (location === null) throw new Error(`${next} is no redirect but ${status}: ${text}`)
      next = new URL(location, next).href
      if (next.startsWith(end)) return new URL(next)
    }
    throw new Error(`${url} leads nowhere`)
  }

  /** Ends the session at the provider, by the form with which it asks whether to. */
  async logOut(logoutUrl: string): Promise<void> {
    const { text } = await this.request(logoutUrl)
    const action = /action="([^"]*)"/.exec(text)?.[1] ?? ''
    const xsrf = /name="xsrf" value="([^"]*)"/.exec(text)?.[1] ?? ''
    const { status } = await this.request(action, new URLSearchParams({ xsrf, logout: 'yes' }))
    if (status >= 400) throw new Error(`The provider answers ${status} to the logout`)
  }

  async request(url: string, form?: URLSearchParams) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...this.#cookies].map((pair) => pair.join('=')).join('; ') },
      ...(form && { method: 'POST', body: form }),
    })
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  #keep(line: string): void {
    const [pair = ''] = line.split(';')
    const equals = pair.indexOf('=')
    const name = pair.slice(0, equals)
    if (/expires=Thu, 01 Jan 1970/i.test(line)) this.#cookies.delete(name)
    else this.#cookies.set(name, pair.slice(equals + 1))
  }
}
