import type { Config } from '../config.ts'
import type { UserEvent } from '../event.ts'
import type { Occurrence } from '../record.ts'
import type { RecordKey } from '../types.ts'
import { callOf, isCallEvent } from './call.ts'
import { contactWishes } from './contact.ts'
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
 */
export function sayingsOf(event: UserEvent, config: Config): readonly Saying[] {
  if (!isCallEvent(event)) return []
  const call = callOf(event)
  return [
    ...(event.type === 'identify' ? [{ key: event.key, wishes: contactWishes(call, config) }] : []),
    ...occurrenceSayings(event, call, config),
    ...objectSayings(event.key, call, config),
    ...membershipSayings(event.key, call, config),
  ]
}
