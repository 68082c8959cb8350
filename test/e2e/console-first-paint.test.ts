import { brotliCompressSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pagesBuilt } from '../../console/build.ts'
import { LANES } from '../../functions/core/record.ts'
import { lookup } from '../../functions/lookup/handler.ts'
import { systemClock } from '../../functions/runtime/system.ts'
import { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import { type HttpApi, serve } from '../../local/http.ts'
import { Minutes } from '../../local/minutes.ts'
import { chromiumIsHere, startChromium, warnWithoutChromium } from '../support/chromium.ts'
import { lambdaContext } from '../support/http-request.ts'
import { testPlatform } from '../support/platform.ts'
import { deliveredOf, foldedOf, settlementOf } from '../support/records.ts'

warnWithoutChromium()

const USERS = 100_000
/** Of them, so many are in conflict and so many are on their way. */
const IN_CONFLICT = 1_000
const DUE = 2_000

/** The table in memory: the console reads by key and by the index of due work, whose size is what could make it slow. */
async function fullTable(): Promise<MemoryStore> {
  const store = new MemoryStore()
  const now = Date.now()
  for (let n = 0; n < USERS; n += 1) {
    const key = `user#u${n}` as const
    await store.fold(key, foldedOf(1), { lane: 'live', at: now })
    if (n < DUE) continue
    const conflict = n < DUE + IN_CONFLICT
    const delivered = deliveredOf(1, { state: conflict ? 'conflict' : 'synced' })
    const due = conflict ? ({ lane: 'conflict', at: now + n } as const) : undefined
    await store.settle(1, settlementOf(key, 1, { delivered, due }))
  }
  return store
}

test('all of the console weighs less than 150 kB compressed', async () => {
  const files = [...(await pagesBuilt()()).values()]

  const bytes = files.reduce((sum, { text }) => sum + brotliCompressSync(text).length, 0)

  console.log(`The console weighs ${(bytes / 1_000).toFixed(1)} kB compressed.`)
  expect(bytes).toBeLessThan(150_000)
})

describe.skipIf(!chromiumIsHere)(`a table of ${USERS} users`, () => {
  let api: HttpApi
  let browser: Browser
  beforeAll(async () => {
    const store = await fullTable()
    const handler = lookup({
      ...testPlatform(),
      secrets: {
        read: async () => ({
          hubspotAccessToken: '',
          writeKeys: [],
          adminKeys: ['local'],
          signingSecrets: [],
          webhookSecrets: [],
          identitySecrets: [],
        }),
      },
      store,
      queue: { send: async () => [] },
      canDetach: true,
      events: { depth: async () => 0 },
      lanes: LANES,
      origins: [],
      console: {
        series: new Minutes(systemClock),
        pages: pagesBuilt(),
        callLog: { of: 'problems', days: 14, values: 'masked' },
        pace: 100,
      },
    })
    api = await serve(request => handler(request, lambdaContext()), 0)
    browser = await startChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await api?.close()
  })

  test('is painted first within a second, and shown within another', async () => {
    const paints: number[] = []
    const whole: number[] = []
    // Of a machine with much else to do the quickest of some tries tells how long it takes.
    for (let n = 0; n < 4; n += 1) {
      const context = await browser.newContext()
      const page = await context.newPage()
      await page.goto(`${api.url}/console`)
      await page.locator('.tile', { hasText: 'Conflicts' }).locator('b', { hasText: '1,000' }).waitFor()
      whole.push(await page.evaluate<number>('performance.now()'))
      paints.push(await page.evaluate<number>('performance.getEntriesByName("first-contentful-paint")[0].startTime'))
      await context.close()
    }

    const [paint, all] = [Math.min(...paints), Math.min(...whole)]
    console.log(`With ${USERS} users: first paint ${Math.round(paint)} ms, all of the overview ${Math.round(all)} ms.`)
    expect(paint).toBeLessThan(1_000)
    expect(all).toBeLessThan(2_000)
  })
})
