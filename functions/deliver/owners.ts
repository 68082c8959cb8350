import { ownerOf } from '../core/keys.ts'
import { standingOf } from '../core/kinds/owner.ts'
import type { Owner } from '../core/kinds/task.ts'
import { chunk } from '../core/parallel.ts'
import type { ContactRecord } from '../core/record.ts'
import type { RecordKey } from '../core/types.ts'
import type { Session } from './session.ts'

/** Records in one request to the table. */
const READ_TOGETHER = 100
/** How often an id may have become another's that has become another's. */
const MOST_HOPS = 6

/** Whose belongings these are: the person whom their owner has become. Read anew, since contacts go before them. */
export async function ownersOf(
  session: Session,
  records: readonly ContactRecord[],
): Promise<(key: RecordKey) => Owner> {
  const owners = records.map(({ key }) => ownerOf(key)).filter(key => key !== undefined)
  const found = new Map<RecordKey, ContactRecord>()
  let open = [...new Set<RecordKey>(owners)]
  for (let hop = 0; hop < MOST_HOPS && open.length > 0; hop += 1) {
    for (const record of await readAll(session, open)) found.set(record.key, record)
    const aliases = open.flatMap(key => found.get(key)?.folded.aliasOf?.key ?? [])
    open = [...new Set(aliases)].filter(key => !found.has(key))
  }
  const now = session.deps.clock.now()
  const standings = new Map<RecordKey, Owner>(owners.map(key => [key, standingOf(endOf(found, key), now)]))
  return key => {
    const owner = ownerOf(key)
    return (owner && standings.get(owner)) ?? standingOf(undefined, now)
  }
}

function endOf(found: ReadonlyMap<RecordKey, ContactRecord>, key: RecordKey): ContactRecord | undefined {
  let record = found.get(key)
  for (let hop = 0; record?.folded.aliasOf && hop < MOST_HOPS; hop += 1) record = found.get(record.folded.aliasOf.key)
  return record?.folded.aliasOf ? undefined : record
}

export async function readAll(session: Session, keys: readonly RecordKey[]): Promise<ContactRecord[]> {
  const { store } = session.deps
  const records = await Promise.all(chunk(keys, READ_TOGETHER).map(some => store.readRecords(some)))
  return records.flatMap(some => [...some.values()])
}
