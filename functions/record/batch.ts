import type { SQSRecord } from 'aws-lambda'
import { type Event, isActivity, type UserEvent } from '../core/event.ts'
import { fingerprint } from '../core/fingerprint.ts'
import type { ContactRecord } from '../core/record.ts'
import type { ContactKey, RecordKey } from '../core/types.ts'
import type { Outcome } from './others.ts'
import type { RecordDeps } from './parking.ts'
import type { Part, Parts } from './parts.ts'
import { keysOf, type Recorder } from './record.ts'

/** A message of the queue, and the event in it. */
export interface Queued<Kind extends Event> {
  readonly message: SQSRecord
  readonly event: Kind
}

/**
 * Folds the events of a batch: each record is written once, whoever of the batch speaks of it.
 *
 * @returns whether anything is due, and the users whose events are to be delivered again.
 */
export async function foldAll(
  users: ReadonlyMap<ContactKey, readonly Queued<UserEvent>[]>,
  recorder: Recorder,
  deps: RecordDeps,
) {
  const broken = new Set<ContactKey>()
  const changed = new Set<UserEvent>()
  let due = false
  const attempt = async (
    key: RecordKey,
    concerned: readonly ContactKey[],
    task: () => Promise<Outcome | undefined>,
  ) => {
    try {
      const outcome = await task()
      due ||= outcome?.due ?? false
      for (const event of outcome?.changed ?? []) changed.add(event)
    } catch (error) {
      deps.log.warn('a record cannot be folded now; the events stay queued', {
        record: fingerprint(key),
        ...reasonOf(error),
      })
      for (const user of concerned) broken.add(user)
    }
  }

  const heard = new Map<ContactKey, Parts>()
  for (const [user, messages] of users) {
    await attempt(user, [user], async () => {
      heard.set(user, await recorder.hear(messages.map(({ event }) => event)))
      return undefined
    })
  }
  const [read] = await Promise.all([
    readTogether(
      [...heard].flatMap(spoken => keysOf(...spoken)),
      deps,
    ),
    recorder.schemas.refresh(),
  ])
  await Promise.all([
    ...[...heard].map(([user, parts]) => attempt(user, [user], () => recorder.record(user, parts, read))),
    ...[...objectsIn(heard.values())].map(([object, parts]) => {
      const speakers = parts.map(({ event }) => event.key)
      return attempt(object, speakers, () => recorder.recordObject(object, parts, read))
    }),
  ])
  for (const [user, parts] of heard) if (!broken.has(user)) count(users.get(user) ?? [], parts, changed, deps)
  return { due, broken }
}

/** Identify calls and the like are counted with their users' own records. */
function count(
  messages: readonly Queued<UserEvent>[],
  { unused, leftOut }: Parts,
  changed: ReadonlySet<UserEvent>,
  { metrics }: RecordDeps,
): void {
  const others = messages
    .map(({ event }) => event)
    .filter(event => (isActivity(event) || event.type === 'group') && !leftOut.has(event))
  const folded = others.filter(event => changed.has(event)).length
  metrics.add('EventsFolded', folded)
  metrics.add('EventsUnused', unused)
  metrics.add('EventsFiltered', leftOut.size)
  metrics.add('EventsUnchanged', Math.max(0, others.length - folded - unused))
}

function objectsIn(heard: Iterable<Parts>): Map<RecordKey, readonly Part[]> {
  const all = new Map<RecordKey, readonly Part[]>()
  for (const { objects } of heard) {
    for (const [key, parts] of objects) all.set(key, [...(all.get(key) ?? []), ...parts])
  }
  return all
}

/** One request for all. When it fails, one of them may be to blame, so that each is read alone. */
async function readTogether(keys: readonly RecordKey[], { store, log }: RecordDeps) {
  const alone = async (key: RecordKey): Promise<ContactRecord | undefined> => (await store.readRecords([key])).get(key)
  try {
    const records = await store.readRecords(keys)
    const asked = new Set(keys)
    return async (key: RecordKey) => (asked.has(key) ? records.get(key) : alone(key))
  } catch (error) {
    log.warn('the records of a batch cannot be read together', reasonOf(error))
    return alone
  }
}

export const reasonOf = (error: unknown): { error: string } => ({
  error: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown',
})
