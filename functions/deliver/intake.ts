import { BATCH_LIMIT } from '../core/hubspot.ts'
import { kindOf } from '../core/keys.ts'
import { lanesOf, unusedLanes } from '../core/lanes.ts'
import { chunk } from '../core/parallel.ts'
import type { ContactRecord, Lane } from '../core/record.ts'
import type { Millis, RecordKey } from '../core/types.ts'
import { capabilityOf, isCapability } from './capabilities.ts'
import type { Session } from './session.ts'

/** Of contacts live work first; then what waited for a slow look; bulk work fills up. All other kinds have lanes of their own. */
const ORDER: readonly Lane[] = [
  'live',
  'verifying',
  'conflict',
  'rejected',
  'waiting',
  'bulk',
  'objects',
  'links',
  'lists',
  'subscriptions',
  'events',
]
/** They are looked at less often: each look costs a query for each shard. */
const SLOW: readonly Lane[] = ['verifying', 'conflict', 'rejected', 'waiting']
const SLOW_LANES_EVERY = 10_000
/** Records in one request to the table. */
const READ_TOGETHER = 100
const GLANCE = 200
/** Rounds with less than a full batch do not follow one another more often: HubSpot's calls are dear. */
const SHORTEST_ROUND = 2_000

/**
 * Bulk records in one round: whatever comes live waits for its end, at the longest. A hundred of them take two calls, a
 * reading and a write.
 */
const MOST_BULK = 500
const CALLS_FOR_A_BATCH = 2
/** Of the pace, for live work that comes while bulk work goes out. */
const KEPT_FOR_LIVE = 0.1
/** How soon it looks again where nothing but bulk work is due, and no call is free for it. */
const BULK_LOOK = 1_000

interface Entry {
  readonly lane: Lane
  readonly key: RecordKey
  readonly at: Millis
}

/** Chooses the records of each round. */
export class Intake {
  readonly #session: Session
  #lanes: readonly Lane[]
  readonly #unused: readonly Lane[]
  #slowLanesAt = Number.NEGATIVE_INFINITY
  #lastRound = Number.NEGATIVE_INFINITY
  /** Entries that the index has not taken out yet although their records are not due any more: their moments. */
  #stale = new Map<RecordKey, Millis>()

  /** @param everywhere looks for what an earlier configuration has left behind, too */
  constructor(session: Session, everywhere = false) {
    this.#session = session
    const { config } = session.deps
    this.#unused = everywhere ? unusedLanes(config) : []
    this.#lanes = ORDER.filter(lane => lanesOf(config).includes(lane) || this.#unused.includes(lane))
  }

  /**
   * The records of the next round, of each kind at most as many as a round may take; none when nothing is due that can be
   * told now. A batch that is not full waits while events are still on
   * their way, `fillWait` at most.
   */
  async next(): Promise<ContactRecord[]> {
    const { state, probingWrites, outage } = this.#session
    const limit = probingWrites ? Math.min(state.roundLimit, BATCH_LIMIT) : state.roundLimit
    for (;;) {
      let entries = await this.#due(limit)
      const bulk = entries.filter(({ lane }) => lane === 'bulk').length
      const enough = probingWrites || entries.length === 0 || entries.length >= limit || bulk >= MOST_BULK
      if (!enough && (await this.#waitForMore(entries.length))) entries = await this.#due(limit)
      // Whoever has no time left is told so with all that is due.
      const now = this.#session.open ? this.#leavingRoom(entries) : entries
      if (entries.length > 0 && now.length === 0) {
        await this.#session.deps.clock.sleep(BULK_LOOK)
        continue
      }
      const records = await this.#begin(outage ? this.#anyOf(entries) : now)
      // Where the index shows nothing but what is done already, there may be more behind it.
      if (records.length > 0 || entries.length === 0) return records
    }
  }

  /** Bulk work goes out in small rounds, and never takes the last calls of the pace: live work comes at any moment. */
  #leavingRoom(entries: readonly Entry[]): readonly Entry[] {
    const { pace } = this.#session.deps
    const kept = Math.floor(pace.limit * KEPT_FOR_LIVE)
    const isFree = (calls: number): boolean => pace.delay(kept + calls - 1) === 0
    let room = isFree(1) ? BATCH_LIMIT : 0
    while (room > 0 && room < MOST_BULK && isFree((room / BATCH_LIMIT + 1) * CALLS_FOR_A_BATCH)) room += BATCH_LIMIT
    let left = room
    return entries.filter(({ lane }) => lane !== 'bulk' || left-- > 0)
  }

  /** Not the oldest: if the trouble is with that one alone, nobody else would ever get a turn. */
  #anyOf(all: readonly Entry[]): Entry[] {
    const contacts = all.filter(({ key }) => kindOf(key) === 'contact')
    if (contacts.length === 0) return [...all]
    const entries = contacts
    const chosen = entries[Math.floor(this.#session.deps.random.number() * entries.length)]
    return chosen ? [chosen] : []
  }

  /** `true` when there was something to wait for: what is due must be asked again. */
  async #waitForMore(found: number): Promise<boolean> {
    const { clock, config } = this.#session.deps
    const begun = clock.monotonic()
    const soonest = found < BATCH_LIMIT ? this.#lastRound + SHORTEST_ROUND : begun
    const latest = begun + config.delivery.fillWait * 1_000
    let waited = false
    while (clock.monotonic() < soonest || (clock.monotonic() < latest && (await this.#eventsComing()))) {
      waited = true
      await clock.sleep(GLANCE)
    }
    return waited
  }

  /** To wait is a courtesy: a queue that does not say how long it is keeps nobody waiting. */
  async #eventsComing(): Promise<boolean> {
    const { events, log } = this.#session.deps
    try {
      return (await events.depth()) > 0
    } catch (error) {
      log.warn('the events queue did not tell its depth', { error: error instanceof Error ? error.name : 'unknown' })
      return false
    }
  }

  async #begin(entries: readonly Entry[]): Promise<ContactRecord[]> {
    const { clock } = this.#session.deps
    this.#lastRound = clock.monotonic()
    const records = await this.#read(entries.map(({ key }) => key))
    const read = new Set(records.map(({ key }) => key))
    for (const { key, at } of entries) if (!read.has(key)) this.#stale.set(key, at)
    return records
  }

  async #due(limit: number): Promise<Entry[]> {
    const { clock } = this.#session.deps
    const slow = clock.monotonic() >= this.#slowLanesAt
    if (slow) this.#slowLanesAt = clock.monotonic() + SLOW_LANES_EVERY
    const lanes = this.#lanes.filter(lane => (slow || !SLOW.includes(lane)) && !this.#isPaused(lane))
    const isHeld = ({ key }: Entry): boolean =>
      this.#session.skipped.has(key) || this.#session.pauseOf(capabilityOf(key)) !== undefined
    // What cannot be told now must not hide what is behind it.
    for (let held = this.#session.skipped.size; ; ) {
      const asked = limit + held + this.#stale.size
      const byLane = await this.#query(lanes, asked)
      const found = byLane.flat()
      if (slow) this.#leaveEmpty(lanes.filter((_, index) => byLane[index]?.length === 0))
      const isStale = ({ key, at }: Entry): boolean => this.#stale.get(key) === at
      const entries = found.filter(entry => !isStale(entry) && !isHeld(entry))
      const hidden = byLane.some(lane => lane.length >= asked && lane.filter(isHeld).length > held)
      held = found.filter(isHeld).length
      if (entries.length === 0 && hidden) continue
      this.#stale = new Map(found.filter(isStale).map(({ key, at }) => [key, at]))
      return limited(entries, limit)
    }
  }

  /** Lanes that the configuration does not use stay empty: one look is enough. */
  #leaveEmpty(empty: readonly Lane[]): void {
    this.#lanes = this.#lanes.filter(lane => !this.#unused.includes(lane) || !empty.includes(lane))
  }

  /** A lane of nothing but what cannot be told now. */
  #isPaused(lane: Lane): boolean {
    return isCapability(lane) && this.#session.pauseOf(lane) !== undefined
  }

  #query(lanes: readonly Lane[], limit: number): Promise<Entry[][]> {
    const { store, clock } = this.#session.deps
    const now = clock.now()
    const entriesOf = async (lane: Lane) => (await store.due(lane, now, limit)).map(entry => ({ ...entry, lane }))
    return Promise.all(lanes.map(entriesOf))
  }

  /** The index may be stale; the record decides. */
  async #read(keys: readonly RecordKey[]): Promise<ContactRecord[]> {
    const { store, clock } = this.#session.deps
    const records = await Promise.all(chunk(keys, READ_TOGETHER).map(some => this.#readSome(some, store)))
    const due = records.flat().filter(({ due }) => due !== undefined && due.at <= clock.now())
    const order = new Map(keys.map((key, index) => [key, index]))
    return due.sort((a, b) => (order.get(a.key) ?? 0) - (order.get(b.key) ?? 0))
  }

  /** A record that cannot be read must not keep its neighbours from being read. */
  async #readSome(keys: readonly RecordKey[], store: Session['deps']['store']): Promise<ContactRecord[]> {
    try {
      return [...(await store.readRecords(keys)).values()]
    } catch (error) {
      if (keys.length > 1) {
        const halves = chunk(keys, Math.ceil(keys.length / 2))
        return (await Promise.all(halves.map(half => this.#readSome(half, store)))).flat()
      }
      for (const key of keys) this.#session.skip(key, 'read', error)
      return []
    }
  }
}

/** So many of each kind. Where it is one, one of all kinds, the oldest: whoever brings a process down is found alone. */
function limited(entries: readonly Entry[], limit: number): Entry[] {
  const byKind = [...Map.groupBy(entries, ({ key }) => kindOf(key)).values()]
  if (limit > 1) return byKind.flatMap(some => some.slice(0, limit))
  return byKind
    .flatMap(some => some.slice(0, 1))
    .sort((a, b) => a.at - b.at)
    .slice(0, 1)
}
