import * as v from 'valibot'
import type { Event } from '../event.ts'
import type { ContactKey, Json, Vid } from '../types.ts'

/** Whatever `JSON.parse` makes is JSON. Valibot's records would drop values called `constructor` without a word. */
const values = v.custom<{ readonly [trait: string]: Json }>(
  value => typeof value === 'object' && value !== null && !Array.isArray(value),
)
const contactKey = v.custom<ContactKey>(key => typeof key === 'string' && /^(user|lead)#./su.test(key))

const vid = v.custom<Vid>(id => typeof id === 'string' && /^\d+$/.test(id))

const ofUser = {
  key: contactKey,
  messageId: v.string(),
  stamp: v.object({ time: v.number(), receivedAt: v.number(), index: v.number(), id: v.string() }),
  hash: v.string(),
  priority: v.picklist(['live', 'bulk']),
}

const ofCall = { ...ofUser, context: v.exactOptional(values) }

const identify = v.object({ type: v.literal('identify'), ...ofCall, traits: values })

const activity = v.object({
  type: v.picklist(['track', 'page', 'screen']),
  ...ofCall,
  name: v.string(),
  properties: values,
})

const group = v.object({ type: v.literal('group'), ...ofCall, groupId: v.string(), traits: values })

const deletion = v.object({ type: v.literal('delete'), ...ofUser })

const split = v.object({ type: v.literal('split'), ...ofUser, vid })

const alias = v.object({ type: v.literal('alias'), ...ofUser, into: contactKey })

const notice = v.object({
  type: v.literal('notice'),
  vid,
  portal: v.string(),
  erasedAt: v.exactOptional(v.number()),
})

const retry = v.object({ type: v.literal('retry'), key: contactKey })

const eventSchema = v.variant('type', [identify, activity, group, deletion, split, alias, notice, retry])

/**
 * An event as it comes off the queue. What `receive` and `notice` send always is one; anything else was put there by
 * another hand or by another version.
 * @throws Error that says what is wrong, without repeating values.
 */
export function readQueuedEvent(body: string): Event {
  const result = v.safeParse(eventSchema, JSON.parse(body))
  if (result.success) return result.output
  const [issue] = result.issues
  throw new Error(`not an event that this version knows: ${v.getDotPath(issue) ?? 'the message'} is not as expected`)
}
