import type { Event } from '../../functions/core/event.ts'
import { LANES } from '../../functions/core/record.ts'
import type { Store } from '../../functions/core/store.ts'
import { lookup } from '../../functions/lookup/handler.ts'
import type { PageFile } from '../../functions/lookup/pages.ts'
import type { Series } from '../../functions/lookup/series.ts'
import { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import { httpRequest, lambdaContext } from './http-request.ts'
import { testPlatform } from './platform.ts'
import { NOON } from './records.ts'

/** `lookup` with a console over a table in memory, and what an operator asks it. */
export function operator(given: { series?: Series; pages?: ReadonlyMap<string, PageFile>; queueing?: boolean } = {}) {
  const store: Store = new MemoryStore()
  const queued: Event[] = []
  const { queueing = true } = given
  const queue = {
    send: async (events: readonly { readonly event: Event }[]) => {
      if (queueing) queued.push(...events.map(({ event }) => event))
      return queueing ? [] : events.map((_, at) => at)
    },
  }
  const clock = { now: () => NOON, monotonic: () => 0, sleep: async () => {} }
  const platform = testPlatform({ clock })
  const handler = lookup({
    ...platform,
    store,
    queue,
    canDetach: true,
    events: { depth: async () => 0 },
    lanes: LANES,
    origins: [],
    console: {
      series: given.series ?? { renewed: 60, read: async () => new Map() },
      pages: async () => given.pages ?? new Map(),
      callLog: { of: 'problems', days: 14, values: 'masked' },
      pace: 100,
    },
  })
  const ask = async (path: string, { key = 'admin-key', method = 'GET', headers = {} } = {}) => {
    const [rawPath = '', rawQueryString = ''] = path.split('?')
    const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`
    const request = {
      ...httpRequest({ path: rawPath, method, headers: { authorization, ...headers } }),
      rawQueryString,
    }
    const answer = await handler(request, lambdaContext())
    const isJson = answer.headers?.['content-type'] === 'application/json'
    return {
      status: answer.statusCode,
      headers: answer.headers ?? {},
      text: answer.body ?? '',
      body: isJson ? JSON.parse(answer.body ?? 'null') : undefined,
    }
  }
  return { store, queued, ask, recorder: platform.recorder }
}
