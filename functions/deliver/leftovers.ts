import { doubt } from '../core/delivery/doubt.ts'
import { quarantined } from '../core/delivery/postpone.ts'
import { newWork } from '../core/delivery/work.ts'
import { fingerprint } from '../core/fingerprint.ts'
import { kindOf } from '../core/keys.ts'
import { doubtTask } from '../core/kinds/settle.ts'
import { newTask } from '../core/kinds/task.ts'
import { inParallel } from '../core/parallel.ts'
import { type DelivererState, Deposed, type JournalEntry, MOST_RECORDS } from '../core/store.ts'
import type { RecordKey } from '../core/types.ts'
import { TABLE_REQUESTS } from './claims.ts'
import { type Session, settleOne } from './session.ts'

/** How often a record may be alone in a round that ends in a crash. */
const MOST_CRASHES = 3

/**
 * What the last deliverer began and did not end: calls whose fate is unknown. Contacts are read back; all else is told
 * again.
 */
export async function takeOverCalls(session: Session): Promise<void> {
  const { store } = session.deps
  for (const entry of await store.leftovers()) {
    if (entry.unreadable !== undefined) {
      // It stays, for the version that can read it. Whom it concerns is still due, unless the call was settled.
      session.deps.log.error('a call of the journal is left alone', { call: entry.id, reason: entry.unreadable })
      continue
    }
    const undoubted = await doubtCall(session, entry)
    // What could not be written down stays in the journal, for the next deliverer; the others must not wait for it.
    if (undoubted.length === 0) await store.forget(entry.id)
    else if (undoubted.length < entry.records.length) await store.journal({ ...entry, records: undoubted })
    session.deps.log.warn('a call was under way when its deliverer ended; its records are read back', {
      records: entry.records.length,
    })
  }
}

/** @returns the records of which the doubt could not be written down; they are left alone in this invocation */
async function doubtCall(session: Session, entry: JournalEntry): Promise<JournalEntry['records']> {
  const { store, config, clock } = session.deps
  await inParallel(entry.records, TABLE_REQUESTS, async ({ key, properties }) => {
    try {
      const record = (await store.readRecords([key])).get(key)
      if (!record) return
      const now = { config, now: clock.now() }
      const settlement =
        kindOf(key) === 'contact'
          ? doubt(newWork(record), { kind: entry.kind, properties }, now)
          : doubtTask(newTask(record), properties, now)
      await session.settle(settlement)
    } catch (error) {
      if (error instanceof Deposed) throw error
      session.skip(key, 'settled', error)
    }
  })
  return entry.records.filter(({ key }) => session.skipped.has(key))
}

/**
 * A round that ended in a crash is tried again with half as many records, down to one: a record that brings a whole
 * process down is found, and after three crashes alone it is quarantined.
 */
export function afterCrash(state: DelivererState): { state: DelivererState; culprit?: RecordKey } {
  if (!state.inRound) return { state }
  if (state.roundLimit > 1) return { state: { ...state, roundLimit: Math.ceil(state.roundLimit / 2) } }
  const crashes = (state.suspect?.crashes ?? 0) + 1
  if (!state.suspect || crashes < MOST_CRASHES) {
    return { state: state.suspect ? { ...state, suspect: { ...state.suspect, crashes } } : state }
  }
  const { suspect, ...innocent } = state
  return { state: { ...innocent, roundLimit: MOST_RECORDS }, culprit: suspect.key }
}

/** Takes the record that crashes the deliverer out of its way. */
export async function quarantine(session: Session, key: RecordKey): Promise<void> {
  const { store, config, clock, metrics, log } = session.deps
  const record = (await store.readRecords([key])).get(key)
  metrics.add('RecordsQuarantined', 1)
  log.error('a record has crashed the deliverer and is left to slow probes', {
    record: fingerprint(key),
    crashes: MOST_CRASHES,
  })
  session.skipped.add(key)
  if (!record) return
  const attempts = Math.max(record.delivered.attempts, MOST_CRASHES - 1)
  const work = newWork({ ...record, delivered: { ...record.delivered, attempts } })
  await settleOne(session, key, () => quarantined(work, { config, now: clock.now() }))
}
