import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { buildSnippet } from '../../browser/build.ts'
import { environmentSecrets } from '../../functions/runtime/environment-secrets.ts'
import { chromiumIsHere, startChromium, warnWithoutChromium } from '../support/chromium.ts'
import { type Run, SOON, startRun } from './run.ts'

warnWithoutChromium()

/**
 * Case 2 at its source. The product changes an address; the page that the user sees next names them to HubSpot:
 *
 *     product ──► vidsync ──── seconds ────► HubSpot: the contact gets the new address
 *     page ───────────── at once ──────────► HubSpot: whose is it? nobody's yet: a second contact
 */
describe.skipIf(!chromiumIsHere)('a page that loads right after its user’s address has changed', () => {
  const SECRET = 'page secret'
  let run: Run
  let browser: Browser
  let snippet: string
  let site: { readonly url: string; readonly server: Server }
  /** What the pages of the site show, by path. */
  const pages = new Map<string, string>()

  beforeAll(async () => {
    snippet = await buildSnippet()
    ;[run, browser, site] = await Promise.all([
      startRun({ secrets: environmentSecrets({ IDENTITY_SECRET: `${SECRET},another` }) }),
      startChromium(),
      serve(pages),
    ])
  })
  afterAll(async () => {
    await browser?.close()
    site?.server.close()
  })
  afterEach(() => run.hubspot?.clearFaults())

  const hubspot = () => {
    if (!run.hubspot) throw new Error('the run has no embedded HubSpot')
    return run.hubspot
  }
  const made = () => hubspot().ledger.writes.filter(({ source, kind }) => source === 'tracking' && kind === 'create')
  const visits = (vid: string) => hubspot().ledger.writes.filter(each => each.source === 'tracking' && each.vid === vid)

  /** HubSpot takes no updates, certainly not, until they are released or the test is over: what is on its way stays so. */
  const holdUpdates = () => hubspot().addFault({ match: { path: /batch\/update/ }, fault: { kind: 'locked' } })

  async function identified(userId: string, email: string): Promise<string> {
    await run.post('identify', { userId, traits: { email } })
    await expect.poll(() => run.get(`/v1/users/${userId}`), SOON).toMatchObject({ body: { status: 'synced', email } })
    return hubspot().contactByEmail(email)?.vid ?? ''
  }

  async function newTab(): Promise<Page> {
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    return context.newPage()
  }

  const tracking = () => `<script async src="${run.hubspotUrl}/simulator/tracking.js"></script>`

  /** As HubSpot's documentation has it: the page names the user by the address that the product has. */
  function careless(email: string): string {
    const identify = `var _hsq = window._hsq = window._hsq || []; _hsq.push(['identify', ${JSON.stringify({ email })}])`
    return show(`<script>${identify}</script>${tracking()}`)
  }

  /** As docs/front-end.md has it: the page asks first. */
  function careful(userId: string, { wait = 3_000, api = run.apiUrl } = {}): string {
    const userHash = createHmac('sha256', SECRET).update(userId).digest('hex')
    const visitor = JSON.stringify({ api, userId, userHash, wait })
    return show(`
      <script>${snippet}</script>
      <script>
        vidsync.identify(${visitor}).then(email => {
          window.identified = email || 'nobody'
          _hsq.push(['trackPageView'])
        })
      </script>
      <script>var _hsq = window._hsq = window._hsq || []</script>${tracking()}`)
  }

  function show(head: string): string {
    const path = `/${pages.size}`
    pages.set(path, `<!doctype html><html lang="en"><head><title>Page</title>${head}</head><body>Hello</body></html>`)
    return site.url + path
  }

  const identity = (page: Page) => page.waitForFunction('window.identified').then(handle => handle.jsonValue())

  test('makes a second contact, when it names the user by the new address', async () => {
    await identified('careless', 'careless-old@example.com')
    const page = await newTab()
    const before = hubspot().contactCount
    holdUpdates()

    await run.post('identify', { userId: 'careless', traits: { email: 'careless-new@example.com' } })
    await page.goto(careless('careless-new@example.com'))

    await expect
      .poll(() => made().map(({ properties }) => properties.email), SOON)
      .toEqual(['careless-new@example.com'])
    expect(hubspot().contactCount).toBe(before + 1)
  })

  test.each(['new-contact', 'overwrites'] as const)(
    'makes none, when it asks vidsync first and waits; and names the user by the new address (knownVisitorNewEmail %s)',
    async position => {
      hubspot().setSwitch('knownVisitorNewEmail', position)
      const userId = `careful-${position}`
      const vid = await identified(userId, `${userId}-old@example.com`)
      const page = await newTab()
      await page.goto(careful(userId))
      await expect.poll(() => visits(vid).length, SOON).toBe(1)
      const [before, strangers] = [hubspot().contactCount, made().length]

      const release = holdUpdates()
      await run.post('identify', { userId, traits: { email: `${userId}-new@example.com` } })
      await expect.poll(() => run.get(`/v1/users/${userId}`), SOON).toMatchObject({ body: { status: 'pending' } })
      const told = page.waitForResponse(each => each.url().includes('/v1/identity/') && each.status() === 200)
      await page.goto(careful(userId, { wait: 20_000 }))
      await told
      release()

      expect(await identity(page)).toBe(`${userId}-new@example.com`)
      await expect.poll(() => visits(vid).length, SOON).toBe(2)
      expect(hubspot().contact(vid)?.email).toBe(`${userId}-new@example.com`)
      expect([hubspot().contactCount, made().length]).toEqual([before, strangers])
    },
  )

  test('names the user by the address before, when the new one does not reach HubSpot in time; and makes none', async () => {
    const vid = await identified('held', 'held-old@example.com')
    const page = await newTab()
    const [before, strangers] = [hubspot().contactCount, made().length]
    holdUpdates()

    await run.post('identify', { userId: 'held', traits: { email: 'held-new@example.com' } })
    await expect.poll(() => run.get('/v1/users/held'), SOON).toMatchObject({ body: { status: 'pending' } })
    await page.goto(careful('held', { wait: 600 }))

    expect(await identity(page)).toBe('held-old@example.com')
    await expect.poll(() => visits(vid).length, SOON).toBe(1)
    expect(hubspot().contact(vid)).toMatchObject({ email: 'held-old@example.com', secondaryEmails: [] })
    expect([hubspot().contactCount, made().length]).toEqual([before, strangers])
  })

  test('goes on unharmed, and names nobody, when vidsync cannot be reached', async () => {
    const page = await newTab()
    const errors: Error[] = []
    page.on('pageerror', error => errors.push(error))
    const strangers = made().length

    await page.goto(careful('held', { api: 'http://127.0.0.1:1' }))

    expect(await identity(page)).toBe('nobody')
    await page.waitForFunction('!Array.isArray(window._hsq)')
    expect(errors).toEqual([])
    expect(made()).toHaveLength(strangers)
  })
})

/** A web site of its own origin. */
async function serve(pages: ReadonlyMap<string, string>): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const page = pages.get(request.url ?? '')
    response.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' }).end(page)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, server }
}
