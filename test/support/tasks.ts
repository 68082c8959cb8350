import { defineConfig } from '../../functions/core/config.ts'
import { type Moment, newTask, type Owner, type Task } from '../../functions/core/kinds/task.ts'
import type { ContactRecord, Delivered, Folded, Scalar } from '../../functions/core/record.ts'
import { notDelivered } from '../../functions/core/record.ts'
import { canonicalEmail, type RecordKey } from '../../functions/core/types.ts'
import { deliveredOf, foldedOf, NOON, registerOf, stampOf, vidOf } from './records.ts'

/** What is said of a record, all of it news of the version that is folded. */
export function taskOf(
  key: RecordKey,
  values: Readonly<Record<string, Scalar>>,
  change: {
    readonly folded?: Partial<Folded>
    readonly delivered?: Partial<Delivered>
    readonly verify?: number
    /** Of the event that said it. */
    readonly event?: number
  } = {},
): Task {
  const { event = 1, verify = 0 } = change
  const registers = new Map(Object.entries(values).map(([name, value]) => [name, registerOf(value, stampOf(event))]))
  const folded = { ...foldedOf(1, { registers }), ...change.folded }
  return newTask({ key, folded, delivered: { ...notDelivered, ...change.delivered }, verify })
}

/** The same after HubSpot was told of it. */
export const toldTask = (
  key: RecordKey,
  values: Readonly<Record<string, Scalar>>,
  delivered: Partial<Delivered>,
): Task => taskOf(key, values, { delivered: deliveredOf(1, delivered) })

/** A person whose contact is known. */
export function knownOwner(vid = '101', delivered: Partial<Delivered> = {}, busy = false): Owner {
  const key = 'user#u1'
  const email = canonicalEmail('alex@example.com')
  const record: ContactRecord = {
    key,
    folded: foldedOf(1),
    delivered: deliveredOf(1, { vid: vidOf(vid), email, ...delivered }),
    verify: 0,
  }
  return { is: 'known', key, vid: vidOf(vid), record, busy }
}

export const unknownOwner: Owner = { is: 'unknown', why: 'no contact yet' }

export const moment = (config: Parameters<typeof defineConfig>[0] = {}, now = NOON): Moment => ({
  config: defineConfig(config),
  now,
})
