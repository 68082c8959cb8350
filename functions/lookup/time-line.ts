import { endOf } from '../core/alias.ts'
import type { LogEntry } from '../core/call-log.ts'
import type { Config } from '../core/config.ts'
import type { Stamp } from '../core/event.ts'
import { isContactKey, kindOf, objectNameOf } from '../core/keys.ts'
import type { ContactRecord } from '../core/record.ts'
import type { ViewingStore } from '../core/store.ts'
import { type ContactKey, type Millis, userKey } from '../core/types.ts'
import { answer, type HttpAnswer, type HttpRequest, Refused } from '../runtime/http.ts'
import { userIdIn } from '../runtime/path.ts'
import type { Clock } from '../runtime/platform.ts'
import { isStorable, userIdOf } from './record.ts'

export interface TimeLineDeps {
  readonly store: ViewingStore
  readonly clock: Clock
  readonly callLog: Config['callLog']
}

export const TIME_LINES = '/v1/timelines/'
const DAY: Millis = 86_400_000
/** Entries of the call log, and records of what belongs to a user, that one answer holds. */
const MOST_ENTRIES = 50
const MOST_BELONGINGS = 50

const NOBODY = 'No event of this user has been recorded; events just sent take a moment.'

/** An event as far as it is still the newest word on anything: what it has changed, and whether HubSpot has that. */
interface EventView {
  readonly event: string
  readonly happenedAt: string
  readonly receivedAt: string
  readonly changes: readonly { readonly property: string; readonly version: number; readonly delivered: boolean }[]
  /** What of it could not be taken over, and why. */
  readonly refused: readonly { readonly property: string; readonly message: string }[]
}

/**
 * `GET /v1/timelines/{userId}?before=…`: how a user came to be as they are: events and what they changed, the calls to HubSpot
 * and what it answered, how each round ended. Names of properties, never values. @throws Refused: 400, 404.
 */
export async function timeLine(deps: TimeLineDeps, request: HttpRequest): Promise<HttpAnswer> {
  const { store, clock, callLog } = deps
  const userId = userIdIn(request.rawPath, TIME_LINES)
  if (userId === undefined) throw new Refused(404, 'Name the user: GET /v1/timelines/{userId}.')
  const asked = userKey(userId)
  if (!isStorable(asked)) throw new Refused(404, NOBODY)
  const end = await endOf(store, asked)
  const ids = [...new Set([asked, ...(end?.path ?? []), ...(end?.record?.folded.absorbs ?? [])])].filter(isContactKey)
  const before = beforeIn(request)
  const since = clock.now() - callLog.days * DAY
  const [logs, belongings] = await Promise.all([
    Promise.all(ids.map(id => store.readCallLog(id, MOST_ENTRIES, before))),
    belongingsOf(store, ids),
  ])
  const entries = logs
    .flat()
    .filter(({ at }) => at > since)
    .sort((a, b) => b.at - a.at)
  const page = entries.slice(0, MOST_ENTRIES)
  const oldest = page.at(-1)
  if (!end?.record && belongings.length === 0 && page.length === 0) throw new Refused(404, NOBODY)
  return answer(200, {
    userId: end ? userIdOf(end.key) : userId,
    ids: ids.map(id => userIdOf(id)),
    now: end?.record ? standingOf(end.record) : null,
    events: end?.record ? eventsOf(end.record) : [],
    belongings,
    rounds: page.map(roundOf),
    next: entries.length > page.length || page.length === MOST_ENTRIES ? (oldest?.at ?? null) : null,
    callLog: { of: callLog.of, days: callLog.days },
  })
}

function beforeIn({ rawQueryString }: HttpRequest): Millis | undefined {
  const before = new URLSearchParams(rawQueryString).get('before')
  if (before === null) return undefined
  if (!/^\d{1,15}$/.test(before))
    throw new Refused(400, '"before" must be the "next" of the page before, or be left out.')
  return Number(before)
}

const dateOf = (at: Millis): string => new Date(at).toISOString()

function standingOf({ folded, delivered, due }: ContactRecord) {
  return {
    /** Of what the events say, and of how much of it HubSpot has. */
    version: folded.version,
    deliveredVersion: delivered.version,
    lane: due?.lane ?? null,
    nextLook: due ? dateOf(due.at) : null,
    conflictSince: delivered.conflictSince === undefined ? null : dateOf(delivered.conflictSince),
    deletedAt: folded.deletion === undefined ? null : dateOf(folded.deletion.time),
    settledAt: delivered.updatedAt > 0 ? dateOf(delivered.updatedAt) : null,
  }
}

/** The newest first. */
function eventsOf({ folded, delivered }: ContactRecord): EventView[] {
  const events = new Map<string, EventDraft>()
  const eventOf = ({ id, time, receivedAt }: Stamp): EventDraft => {
    const known = events.get(`${id} ${receivedAt}`)
    if (known) return known
    const event = { event: id, happenedAt: dateOf(time), receivedAt: dateOf(receivedAt), changes: [], refused: [] }
    events.set(`${id} ${receivedAt}`, event)
    return event
  }
  for (const [property, { candidates, version }] of folded.registers) {
    const isDelivered = version <= delivered.version && !delivered.withheld.has(property)
    eventOf(candidates[0].stamp).changes.push({ property, version, delivered: isDelivered })
  }
  for (const [property, { stamp, message }] of folded.problems) eventOf(stamp).refused.push({ property, message })
  return [...events.values()].sort((a, b) => (a.receivedAt < b.receivedAt ? 1 : -1))
}

interface EventDraft extends EventView {
  readonly changes: EventView['changes'][number][]
  readonly refused: EventView['refused'][number][]
}

async function belongingsOf(store: ViewingStore, ids: readonly ContactKey[]) {
  const keys = (await Promise.all(ids.map(id => store.belongingsOf(id)))).flat()
  const records = await store.readRecords(keys.slice(0, MOST_BELONGINGS))
  return [...records.values()].map(({ key, folded, delivered, due }) => ({
    kind: kindOf(key),
    subject: folded.occurrence?.name ?? (kindOf(key) === 'link' ? objectNameOf(key) : null),
    at: dateOf(folded.occurrence?.at ?? folded.updatedAt),
    lane: due?.lane ?? null,
    nextLook: due ? dateOf(due.at) : null,
    problem: delivered.problem?.message ?? null,
  }))
}

function roundOf({ at, calls, settled }: LogEntry) {
  return {
    at: dateOf(at),
    calls: calls.map(({ exchange, causes, ...call }) => ({
      ...call,
      exchange: exchange ? { ...exchange, at: dateOf(exchange.at) } : null,
      causes: causes.map(({ time, receivedAt, ...cause }) => ({
        ...cause,
        happenedAt: dateOf(time),
        receivedAt: dateOf(receivedAt),
      })),
    })),
    settled,
  }
}
