import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { environmentSecrets } from '../../functions/runtime/environment-secrets.ts'
import { faultsOf } from '../support/accessibility.ts'
import { chromiumIsHere, startChromium, warnWithoutChromium } from '../support/chromium.ts'
import { type Run, SOON, startRun } from './run.ts'

warnWithoutChromium()

describe.skipIf(!chromiumIsHere)('the console', () => {
  let run: Run
  let browser: Browser
  beforeAll(async () => {
    ;[run, browser] = await Promise.all([startRun({ hubspot: { seed: 21 } }), startChromium()])
  })
  afterAll(() => browser?.close())

  /**
   * A window that shows a page. The test fails when the page breaks its own policy, throws, or asks anybody but its API.
   */
  async function open(path = '', options: BrowserContextOptions = {}, at = run.apiUrl): Promise<Page> {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    const wrong: string[] = []
    page.on('pageerror', error => wrong.push(`${error}`))
    page.on('request', request => {
      if (new URL(request.url()).origin !== at) wrong.push(`asks ${request.url()}`)
    })
    page.on('console', message => {
      // The browser's own note of an answer that the page itself tells of.
      if (!message.text().startsWith('Failed to load resource')) wrong.push(message.text())
    })
    onTestFinished(async () => {
      await context.close()
      expect(wrong).toEqual([])
    })
    await page.goto(`${at}/console${path}`)
    return page
  }

  const identify = (userId: string, traits: object) => run.post('identify', { userId, traits })
  const standing = (userId: string) => run.get(`/v1/users/${encodeURIComponent(userId)}`)

  /** Two users of one contact, as somebody left them in HubSpot years ago. */
  async function conflictOf(first: string, second: string): Promise<string> {
    const [main, further] = [`${first}@example.com`, `${second}@example.com`]
    const vid = run.hubspot?.seedContact({ email: main, secondaryEmails: [further] }).vid ?? ''
    await identify(first, { email: main })
    await expect.poll(() => standing(first), SOON).toMatchObject({ body: { status: 'synced', vid } })
    await identify(second, { email: further })
    await expect.poll(() => standing(second), SOON).toMatchObject({ body: { status: 'conflict' } })
    return vid
  }

  const tile = (page: Page, title: string) => page.locator('.tile', { hasText: title }).locator('b')
  const numberIn = async (page: Page, title: string): Promise<number> => Number(await tile(page, title).textContent())

  test('opens without a question on one’s own machine, and follows a workload without a reload', async () => {
    const page = await open()
    await page.getByRole('heading', { name: 'Overview' }).waitFor({ state: 'attached' })
    await expect.poll(() => tile(page, 'Events in').count(), SOON).toBe(1)
    const before = await numberIn(page, 'Events in')
    await page.evaluate('window.stayed = true')

    for (let n = 0; n < 60; n += 1) await identify(`busy${n}`, { email: `busy${n}@example.com` })

    await expect.poll(() => numberIn(page, 'Events in'), SOON).toBeGreaterThanOrEqual(before + 60)
    await expect.poll(() => numberIn(page, 'Contacts out'), SOON).toBeGreaterThanOrEqual(60)
    await expect.poll(() => page.getByRole('slider', { name: /^Contacts out: \d+ in all/ }).count(), SOON).toBe(1)
    await expect.poll(() => page.getByRole('region', { name: 'Health' }).textContent(), SOON).toMatch(/HubSpot has/)
    expect(await page.evaluate('window.stayed')).toBe(true)
  })

  test('says when HubSpot is in trouble, and that it is over', async () => {
    const page = await open()
    const health = page.getByRole('region', { name: 'Health' })
    const release = run.hubspot?.addFault({ fault: { kind: 'outage' } })
    onTestFinished(() => run.hubspot?.clearFaults())

    await identify('troubled', { email: 'troubled@example.com' })

    await expect.poll(() => health.textContent(), SOON).toMatch(/Deliveries pause/)
    release?.()
    await expect.poll(() => health.textContent(), { ...SOON, timeout: 60_000 }).not.toMatch(/Deliveries pause/)
  })

  test('a conflict is found, and resolved after a question', async () => {
    const vid = await conflictOf('ada', 'bo')
    const page = await open()
    await page.getByRole('link', { name: /^Conflicts \d/ }).click()
    const entry = page.getByRole('listitem').filter({ hasText: 'bo with ada' })
    await entry.waitFor()
    expect(await entry.textContent()).toMatch(new RegExp(`b\\*\\*\\*@e\\*\\*\\*\\.com.*contact ${vid}`))

    await entry.getByRole('button', { name: `Split user bo off contact ${vid}` }).click()
    const question = page.getByRole('dialog', { name: 'Give user bo a contact of their own?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    expect(await standing('bo')).toMatchObject({ body: { status: 'conflict' } })
    await entry.getByRole('button', { name: /^Split/ }).click()
    await question.getByRole('button', { name: 'Split' }).click()

    await page.getByText('User bo is split off within seconds.').waitFor()
    await expect.poll(() => standing('bo'), SOON).toMatchObject({ body: { status: 'synced' } })
    await expect.poll(() => entry.count(), SOON).toBe(0)
  })

  test('a user’s time line tells of the event, the calls, HubSpot’s answer, and how it was settled', async () => {
    await identify('ty/po 1', { email: 'typo@example.com', firstName: 'Theodora', nosuch: 'secret value' })
    await expect.poll(() => standing('ty/po 1'), SOON).toMatchObject({ body: { status: 'synced' } })
    const page = await open()

    await page.getByRole('searchbox').fill('typo@example.com')
    await page.keyboard.press('Enter')

    await page.getByRole('heading', { name: /User ty\/po 1/ }).waitFor()
    const line = page.getByRole('region', { name: 'Time line' })
    await line.getByText('Event in').waitFor()
    expect(await line.getByRole('list', { name: 'What it changed' }).textContent()).toMatch(
      /firstnamev1 in HubSpot.*nosuchv1 not in HubSpot/,
    )
    await line.locator('summary', { hasText: 'createContacts' }).click()
    const request = line.getByRole('region', { name: 'Request' }).filter({ hasText: 'batch/create' })
    await expect.poll(() => request.textContent()).toMatch(/POST \/crm\/v3.*T\*\*\* \(8\)/)
    expect(await line.getByRole('region', { name: 'Answer' }).allTextContents()).toContainEqual(
      expect.stringMatching(/contact\d+correlation id[\w-]+took\d+ ms/),
    )
    expect(await line.textContent()).toMatch(/Settled: contact synced.*except:.*nosuch.*no contact property/)
    expect(await page.content()).not.toContain('secret value')
  })

  test.each(['vid', 'user id'])('a user is found by %s', async by => {
    await identify('Findable', { email: 'findable@example.com' })
    await expect.poll(() => standing('Findable'), SOON).toMatchObject({ body: { status: 'synced' } })
    const vid = run.hubspot?.contactByEmail('findable@example.com')?.vid ?? ''
    const page = await open()

    await page.getByRole('searchbox').fill(by === 'vid' ? vid : 'Findable')
    await page.keyboard.press('Enter')

    await page.getByRole('heading', { name: /User Findable/ }).waitFor()
    expect(await page.locator('.facts').first().textContent()).toContain(vid)
  })

  test('whom nobody knows is not found, and that is said', async () => {
    const page = await open('#/search/nobody%40example.com')

    await page.getByText(/Nobody has the id, the vid or the address/).waitFor()
  })

  test('is used by keyboard alone', async () => {
    await conflictOf('kay', 'kim')
    const page = await open('#/conflicts')
    const focused = () =>
      page.evaluate<string>('document.activeElement.getAttribute("aria-label") || document.activeElement.textContent')
    await page.getByRole('button', { name: 'Retry user kim' }).waitFor()

    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Skip to the page')
    await page.keyboard.press('Enter')
    for (let n = 0; n < 30 && (await focused()) !== 'Retry user kim'; n += 1) await page.keyboard.press('Tab')
    expect(await focused()).toBe('Retry user kim')
    await page.keyboard.press('Enter')
    expect(await focused()).toBe('Retry')
    await page.keyboard.press('Escape')
    expect([await page.getByRole('dialog').count(), await focused()]).toEqual([0, 'Retry user kim'])
    await page.keyboard.press('Space')
    await page.keyboard.press('Enter')
    await page.getByText('User kim is looked at within seconds.').waitFor()

    await page.keyboard.press('/')
    await page.keyboard.type('kay')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /User kay/ }).waitFor()
  })

  test('charts are read by keyboard, part by part', async () => {
    const page = await open()
    const chart = page.getByRole('slider', { name: /^Events in/ })
    await chart.focus()

    await page.keyboard.press('ArrowLeft')

    expect(await chart.getAttribute('aria-valuetext')).toMatch(/^\d\d:\d\d.*: events (\d|–)/)
    await page.getByLabel('6 hours').press('ArrowRight')
    await expect.poll(() => page.getByLabel('24 hours').isChecked()).toBe(true)
  })

  test('says when the API does not answer, keeps what it has shown, and goes on when it does', async () => {
    const page = await open()
    await page.locator('.tile').first().waitFor()

    await page.route('**/v1/**', route => route.abort())
    await page.getByText('The API cannot be reached.').waitFor()
    expect(await page.locator('.tile').count()).toBe(12)
    await page.unroute('**/v1/**')

    await expect.poll(() => page.getByText('The API cannot be reached.').count(), SOON).toBe(0)
  })

  const WINDOWS = [
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['a phone', { colorScheme: 'dark', viewport: { width: 360, height: 740 } }],
  ] as const

  test.each(WINDOWS)('is for everybody: names, headings, contrast, targets (%s)', async (_, window) => {
    await identify('plain', { email: 'plain@example.com', nosuch: 'x' })
    await run.post('track', { userId: 'ghost', event: 'Order Completed' })
    await expect.poll(() => standing('plain'), SOON).toMatchObject({ body: { status: 'synced' } })
    await expect.poll(async () => JSON.stringify(await run.get('/v1/problems')), SOON).toContain('ghost')
    const page = await open('', window)
    const faults: Record<string, string[]> = {}

    await page.locator('.chart').first().waitFor()
    faults.overview = await faultsOf(page)
    for (const [path, ready] of [
      ['#/conflicts', 'h1'],
      ['#/problems', '.entry'],
      ['#/parked', '.empty'],
      ['#/search/nobody', '.empty'],
      ['#/users/plain', '.time-line .call'],
    ] as const) {
      await page.evaluate(`location.hash = '${path}'`)
      await page.locator(ready).first().waitFor()
      faults[path] = await faultsOf(page)
    }
    await page.getByRole('button', { name: 'Retry user plain' }).click()
    faults.question = await faultsOf(page)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Admin key').waitFor()
    faults.login = await faultsOf(page)

    expect(Object.entries(faults).filter(([, found]) => found.length > 0)).toEqual([])
  })
})

describe.skipIf(!chromiumIsHere)('a console with a key of its own', () => {
  const KEY = 'an-admin-key-ü'
  let run: Run
  let browser: Browser
  beforeAll(async () => {
    const secrets = environmentSecrets({ ADMIN_KEY: KEY, WRITE_KEY: 'a-write-key' })
    ;[run, browser] = await Promise.all([startRun({ secrets }), startChromium()])
  })
  afterAll(() => browser?.close())

  test('lets in whoever has the key, for as long as the tab is open, and writes it nowhere else', async () => {
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    const page = await context.newPage()
    const asked: string[] = []
    page.on('request', request => asked.push(request.url()))
    await page.goto(`${run.apiUrl}/console`)

    await page.getByLabel('Admin key').fill('a-write-key')
    await page.keyboard.press('Enter')
    await page.getByText('That is not an admin key. The write key only posts events.').waitFor()
    await page.getByLabel('Admin key').fill(KEY)
    await page.keyboard.press('Enter')
    await page.locator('.tile').first().waitFor()
    await page.reload()
    await page.locator('.tile').first().waitFor()

    expect([page.url(), ...asked].filter(url => decodeURIComponent(url).includes('key'))).toEqual([])
    expect(await context.cookies()).toEqual([])
    expect(await page.evaluate('[localStorage.length, Object.values(sessionStorage)]')).toEqual([0, [KEY]])
    const another = await context.newPage()
    await another.goto(`${run.apiUrl}/console`)
    await another.getByLabel('Admin key').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Admin key').waitFor()
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
  })
})
