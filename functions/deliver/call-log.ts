import type { Answered, Cause, Exchange, LogEntry, LoggedCall, Settled } from '../core/call-log.ts'
import type { Config } from '../core/config.ts'
import type { Answer } from '../core/hubspot.ts'
import { isContactKey, kindOf, objectNameOf, ownerOf } from '../core/keys.ts'
import { maskedValue } from '../core/masking.ts'
import { inParallel } from '../core/parallel.ts'
import type { ContactRecord, Delivered } from '../core/record.ts'
import type { DeliveryStore } from '../core/store.ts'
import type { ContactKey, RecordKey } from '../core/types.ts'
import type { Clock, Log } from '../runtime/platform.ts'

/** What one call did for one record. Nothing is copied until it is known whether it is kept. */
export interface Noted {
  readonly record: ContactRecord
  readonly inputs: number
  readonly sent: Readonly<Record<string, string>>
  readonly answer: Answer<unknown>
  readonly answered: Answered
}

export interface CallLogDeps {
  readonly store: Pick<DeliveryStore, 'logCalls' | 'forgetCalls'>
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
}

const TABLE_REQUESTS = 10
const DAY = 86_400_000
/** The most calls of one person's round that are kept: more is a record that goes round in circles. */
const MOST_CALLS = 12

/**
 * Notes what a round does for people, and keeps it for the console when the round is over: one item for each person, and,
 * as the setting is by default, only for those with a problem. It is told and asked nothing that deliveries depend on, and
 * its failures are logged and forgotten.
 *
 *     heard, noted, settled … ─► end: who has a problem? ─► mask ─► one write of up to 25 people
 */
export class CallLog {
  readonly #deps: CallLogDeps
  /** Of the invocation, and of the round within it: no two entries have the same id. */
  readonly #invocation: string
  #round = 0
  readonly #exchanges = new WeakMap<Answer<unknown>, readonly Exchange[]>()
  readonly #notes = new Map<ContactKey, Noted[]>()
  readonly #settled = new Map<ContactKey, Map<RecordKey, Delivered>>()
  readonly #erased = new Set<ContactKey>()

  constructor(deps: CallLogDeps, token: number) {
    this.#deps = deps
    this.#invocation = token.toString(36)
  }

  get off(): boolean {
    return this.#deps.config.callLog.of === 'off'
  }

  /** Which requests an answer came from. */
  heard(answer: Answer<unknown>, exchanges: readonly Exchange[]): void {
    if (!this.off) this.#exchanges.set(answer, exchanges)
  }

  note(noted: Noted): void {
    const owner = personOf(noted.record.key)
    if (!this.off && owner !== undefined) append(this.#notes, owner, noted)
  }

  settled(key: RecordKey, delivered: Delivered): void {
    const owner = personOf(key)
    if (this.off || owner === undefined) return
    const records = this.#settled.get(owner) ?? new Map<RecordKey, Delivered>()
    this.#settled.set(owner, records.set(key, delivered))
  }

  /** The person is gone, and what was logged of them goes: also where nothing is logged any more. */
  erase(key: RecordKey): void {
    if (isContactKey(key)) this.#erased.add(key)
  }

  /** Keeps what is to be kept of the round. Never throws. */
  async end(): Promise<void> {
    const { store, clock, config, log } = this.#deps
    const erased = [...this.#erased]
    const entries = this.#entries()
    this.#round += 1
    this.#notes.clear()
    this.#settled.clear()
    this.#erased.clear()
    await this.#erase(erased)
    try {
      if (entries.length === 0) return
      const lost = await store.logCalls(entries, clock.now() + config.callLog.days * DAY)
      if (lost > 0) log.warn('the call log is incomplete: the table did not take all of it', { lost })
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'
      log.warn('the call log could not be written', { error: reason })
    }
  }

  /** One that fails costs no other. */
  async #erase(owners: readonly ContactKey[]): Promise<void> {
    const { store, log } = this.#deps
    let kept = 0
    await inParallel(owners, TABLE_REQUESTS, owner =>
      store.forgetCalls(owner).catch(() => {
        kept += 1
      }),
    )
    if (kept > 0) log.warn('what was logged of people who are gone could not be erased; it expires', { people: kept })
  }

  #entries(): LogEntry[] {
    const entries: LogEntry[] = []
    for (const [owner, notes] of this.#notes) {
      const settled = [...(this.#settled.get(owner) ?? [])].map(([key, delivered]) => settledOf(key, delivered))
      if (this.#deps.config.callLog.of !== 'all' && !isTrouble(notes, settled)) continue
      // Of somebody who is gone, that much is kept: that they were removed, and how.
      const kept = notes.slice(-MOST_CALLS).map(noted => this.#call(noted, this.#erased.has(owner)))
      const at = kept.find(({ exchange }) => exchange)?.exchange?.at ?? this.#deps.clock.now()
      const id = `${this.#invocation}.${this.#round.toString(36)}.${entries.length.toString(36)}`
      entries.push({ owner, at, id, calls: kept, settled })
    }
    return entries
  }

  #call({ record, inputs, sent, answer, answered }: Noted, gone: boolean): LoggedCall {
    const exchange = this.#exchanges.get(answer)?.at(-1)
    const subject = subjectOf(record)
    const { values } = this.#deps.config.callLog
    return {
      kind: kindOf(record.key),
      ...(subject === undefined ? {} : { subject }),
      ...(exchange && { exchange }),
      inputs,
      causes: gone ? [] : causesOf(record, Object.keys(sent)),
      sent: gone
        ? {}
        : Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, maskedValue(value, values)])),
      answer: answered,
    }
  }
}

/** Whose time line a record's story belongs to; objects have none. */
const personOf = (key: RecordKey): ContactKey | undefined => (isContactKey(key) ? key : ownerOf(key))

function append<Key, Each>(map: Map<Key, Each[]>, key: Key, each: Each): void {
  const list = map.get(key)
  if (list) list.push(each)
  else map.set(key, [each])
}

function subjectOf({ key, folded }: ContactRecord): string | undefined {
  if (folded.occurrence) return folded.occurrence.name
  return kindOf(key) === 'link' ? objectNameOf(key) : undefined
}

function isTrouble(notes: readonly Noted[], settled: readonly Settled[]): boolean {
  return (
    notes.some(({ answered }) => answered.kind !== 'ok') ||
    settled.some(
      ({ state, problems }) => state === 'conflict' || state === 'rejected' || Object.keys(problems).length > 0,
    )
  )
}

function settledOf(key: RecordKey, { state, version, withheld, problem }: Delivered): Settled {
  const problems = Object.fromEntries([...withheld].map(([property, { message }]) => [property, message]))
  return { kind: kindOf(key), state, version, problems: { ...problems, ...(problem && { '': problem.message }) } }
}

/** The events whose values were sent, oldest first. */
function causesOf({ folded }: ContactRecord, names: readonly string[]): Cause[] {
  const causes = new Map<string, Cause & { readonly changes: Record<string, number> }>()
  for (const name of names) {
    const register = folded.registers.get(name)
    const stamp = register?.candidates[0].stamp
    if (!register || !stamp) continue
    const { id, time, receivedAt } = stamp
    const cause = causes.get(id) ?? { event: id, time, receivedAt, changes: {} }
    cause.changes[name] = register.version
    causes.set(id, cause)
  }
  return [...causes.values()].sort((a, b) => a.receivedAt - b.receivedAt)
}
