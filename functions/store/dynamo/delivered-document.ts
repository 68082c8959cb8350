import * as v from 'valibot'
import { type Delivered, notDelivered, type Withheld } from '../../core/record.ts'
import type { Email } from '../../core/types.ts'
import type { Item } from './attributes.ts'
import { mapOf, objectOf, problemCode, readDocument, recordKey, vid } from './document.ts'

const FORMAT = 1

const email = v.custom<Email>(value => typeof value === 'string')

/** What equals `notDelivered` is left out: most records are synced and have nothing to tell. */
const document = v.object({
  at: v.number(),
  version: v.number(),
  state: v.picklist(['pending', 'synced', 'conflict', 'rejected', 'deleted']),
  vid: v.exactOptional(vid),
  email: v.exactOptional(email),
  linked: v.exactOptional(v.string()),
  sent: v.exactOptional(mapOf(v.string())),
  deletion: v.exactOptional(v.number()),
  split: v.exactOptional(v.number()),
  conflictSince: v.exactOptional(v.number()),
  left: v.exactOptional(v.array(email)),
  edited: v.exactOptional(v.union([email, v.literal('')])),
  merging: v.exactOptional(vid),
  besides: v.exactOptional(v.array(v.object({ vid, email }))),
  /** Code, message, fingerprint of the value, revision of the schema. */
  withheld: v.optional(mapOf(v.tuple([problemCode, v.string(), v.string(), v.string()]))),
  problem: v.exactOptional(
    v.object({
      code: problemCode,
      message: v.string(),
      with: v.exactOptional(recordKey),
      vid: v.exactOptional(vid),
    }),
  ),
  absorbed: v.exactOptional(v.array(recordKey)),
  verified: v.optional(v.number(), notDelivered.verified),
  looks: v.optional(v.array(v.number()), []),
  suspects: v.optional(v.array(v.string()), []),
  maybeCreated: v.optional(v.boolean(), notDelivered.maybeCreated),
  attempts: v.optional(v.number(), notDelivered.attempts),
})

export function encodeDelivered(delivered: Delivered): string {
  const { withheld, verified, looks, suspects, maybeCreated, attempts, updatedAt, problem } = delivered
  return JSON.stringify({
    format: FORMAT,
    at: updatedAt,
    version: delivered.version,
    state: delivered.state,
    vid: delivered.vid,
    email: delivered.email,
    linked: delivered.linked,
    sent: delivered.sent && objectOf(delivered.sent, value => value),
    deletion: delivered.deletion,
    split: delivered.split,
    conflictSince: delivered.conflictSince,
    left: delivered.left,
    edited: delivered.edited,
    merging: delivered.merging,
    besides: delivered.besides,
    problem,
    absorbed: delivered.absorbed,
    ...(withheld.size > 0 && {
      withheld: objectOf(withheld, ({ code, message, value, schema }) => [code, message, value, schema]),
    }),
    ...(verified > 0 && { verified }),
    ...(looks.length > 0 && { looks }),
    ...(suspects.length > 0 && { suspects }),
    ...(maybeCreated && { maybeCreated }),
    ...(attempts > 0 && { attempts }),
  })
}

/** The delivery side of a record; `notDelivered` as long as none was written. @throws UnreadableItem */
export function decodeDelivered(item: Item): Delivered {
  if (item.delivered === undefined) return notDelivered
  const { at, withheld, ...rest } = readDocument(item, 'delivered', FORMAT, document)
  return {
    ...rest,
    updatedAt: at,
    withheld: new Map(
      [...(withheld ?? [])].map(([property, [code, message, value, schema]]): [string, Withheld] => {
        return [property, { code, message, value, schema }]
      }),
    ),
  }
}
