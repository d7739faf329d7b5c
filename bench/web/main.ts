/**
 * How large the first page in the browser is and how soon it is there, from a cold cache: `npm run bench:web`.
 *
 * A person with 200 tokens opens /auth/tokens in a browser that has never been here; the server, on the embedded store, has
 * served a page before.
 */
import { type Browser, chromium } from 'playwright-core'
import { startBrowser } from '../../tests/support/chromium.ts'
import { porthorBackends } from '../../tests/support/porthor.ts'
import { openSite, type Site } from '../../tests/web/site.ts'

const VISITS = 7
const TOKENS = 200

interface Visit {
  /** Milliseconds from the beginning of the navigation. */
  firstPaint: number
  /** When the list of tokens was on the screen: milliseconds likewise. */
  complete: number
  /** Bytes as they were sent: compressed, without headers. */
  scripts: number
  styles: number
}

/** In the page: when there is a row of a token, what has been measured until then. */
const MEASURE = `new Promise((resolve) => {
  const look = () => {
    if (!document.querySelector('tr[data-kind="token"]')) return requestAnimationFrame(look)
    // Two frames later it has been painted.
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const resources = performance.getEntriesByType('resource')
      const size = (ending) => resources
        .filter(({ name }) => name.endsWith(ending))
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
      const [paint] = performance.getEntriesByName('first-contentful-paint')
      resolve({ firstPaint: paint.startTime, complete: performance.now(), scripts: size('.js'), styles: size('.css') })
    }))
  }
  look()
})`

async function visit(site: Site, browser: Browser): Promise<Visit> {
  const { context, page } = await site.logIn(browser, 'alice', ['read:all'])
  await page.goto(`${site.url}/auth/tokens`, { waitUntil: 'commit' })
  const measured = await page.evaluate<Visit>(MEASURE)
  await context.close()
  return measured
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

const [backend] = porthorBackends
if (!backend) throw new Error('There is no embedded backend')
const site = await openSite(backend)
const browser = await startBrowser()
try {
  for (let made = 0; made < TOKENS; made++) await site.newToken('alice', ['read:all'])
  await visit(site, browser)
  const visits: Visit[] = []
  for (let count = 0; count < VISITS; count++) visits.push(await visit(site, browser))
  const range = (values: number[]) =>
    `${median(values).toFixed(0)} ms (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`
  const [one] = visits
  console.log(
    `${chromium.name()} ${browser.version()}, ${VISITS} visits with a cold cache, median (and range)`,
  )
  console.log(`first paint              ${range(visits.map(({ firstPaint }) => firstPaint))}`)
  console.log(`list of tokens there     ${range(visits.map(({ complete }) => complete))}`)
  console.log(`JavaScript, compressed   ${((one?.scripts ?? 0) / 1000).toFixed(1)} kB`)
  console.log(`styles, compressed       ${((one?.styles ?? 0) / 1000).toFixed(1)} kB`)
} finally {
  await browser.close()
  await site.close()
}
