import { kindOf } from '../core/keys.ts'
import type { Input } from '../core/kinds/task.ts'
import type { JournalEntry } from '../core/store.ts'
import type { Session } from './session.ts'

/** An item of DynamoDB's holds 400 KB, and a call the records of 10,000 people. In bytes. */
const LARGEST_ENTRY = 200_000

/**
 * Writes down that these are about to be told, before they are: after a crash they are told again, and at each hold. Not
 * events: HubSpot takes them once, however often they are told, and they are due until they are settled.
 * @returns the ids of the entries, to be forgotten when the call is settled
 */
export async function announce(session: Session, inputs: readonly Input[]): Promise<string[]> {
  const { store, random, clock } = session.deps
  const told = Map.groupBy(
    inputs.filter(({ task }) => kindOf(task.record.key) !== 'event'),
    ({ task }) => task.record.key,
  )
  const records = [...told].map(([key, own]) => ({ key, properties: own.flatMap(({ tells }) => tells) }))
  const ids: string[] = []
  for (const some of bySize(records)) {
    const id = random.id()
    await store.journal({ id, kind: 'update', records: some, at: clock.now() })
    ids.push(id)
  }
  return ids
}

export async function retract({ deps: { store } }: Session, ids: readonly string[]): Promise<void> {
  for (const id of ids) await store.forget(id)
}

function bySize(records: JournalEntry['records']): JournalEntry['records'][] {
  const entries: JournalEntry['records'][number][][] = []
  let room = 0
  for (const record of records) {
    const size = Buffer.byteLength(JSON.stringify(record))
    if (room < size || entries.length === 0) {
      entries.push([])
      room = LARGEST_ENTRY
    }
    entries.at(-1)?.push(record)
    room -= size
  }
  return entries
}
