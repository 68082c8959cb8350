import type { Config } from '../config.ts'
import type { IdentifyEvent, UserEvent } from '../event.ts'
import type { Call } from '../mapping-settings.ts'
import type { Occurrence } from '../record.ts'
import type { RecordKey, Vid } from '../types.ts'
import { callOf, isCallEvent } from './call.ts'
import { contactWishes } from './contact.ts'
import { judge } from './filter.ts'
import { hintIn } from './hint.ts'
import { membershipSayings } from './memberships.ts'
import { objectSayings } from './objects.ts'
import { occurrenceSayings } from './occurrence.ts'
import type { Wish } from './wish.ts'

/**
 * What one event says of one record: what is wished of each of its registers, at the event's stamp. What a mapping cannot
 * use is a wish that is `unfit`, so that it is told with the record.
 */
export interface Saying {
  readonly key: RecordKey
  readonly wishes: ReadonlyMap<string, Wish>
  /**
   * Of an event's record. Absent where the call has no name that HubSpot takes: then the wishes say so, and nothing is to
   * be sent.
   */
  readonly occurrence?: Occurrence
  /** Of a user's contact: the id that HubSpot has for it, as the product says. */
  readonly hint?: Vid
}

/**
 * What an event says of which records. A function of the event and the configuration alone: every repetition says the
 * same. No two sayings are of the same record.
 *
 *     identify ───────────► contact
 *     track, page, screen ► event                ┐
 *     group                                      ├► and each: objects, links, lists, subscriptions
 *     delete, split, alias: nothing, they are no ┘
 *     calls that mappings read
 *     what the filter leaves out: nothing
 */
export function sayingsOf(event: UserEvent, config: Config): readonly Saying[] {
  if (!isCallEvent(event)) return []
  const call = callOf(event)
  if (judge(call, config) === 'left out') return []
  return [
    ...(event.type === 'identify' ? [contactSaying(event, call, config)] : []),
    ...occurrenceSayings(event, call, config),
    ...objectSayings(event.key, call, config),
    ...membershipSayings(event.key, call, config),
  ]
}

function contactSaying({ key, context }: IdentifyEvent, call: Call, config: Config): Saying {
  // A lead is known by the address alone.
  const hint = key.startsWith('user#') ? hintIn(context) : undefined
  return { key, wishes: contactWishes(call, config), ...(hint === undefined ? {} : { hint }) }
}
