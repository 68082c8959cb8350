import { type Kind, kindOf } from '../core/keys.ts'
import type { Capability } from '../core/store.ts'
import type { RecordKey } from '../core/types.ts'

const CAPABILITIES: Readonly<Record<Kind, Capability>> = {
  contact: 'contacts',
  object: 'objects',
  link: 'links',
  lists: 'lists',
  subscriptions: 'subscriptions',
  event: 'events',
}

/** The part of HubSpot that a kind of records needs. */
export const capabilityOfKind = (kind: Kind): Capability => CAPABILITIES[kind]

/** The part of HubSpot that a record needs. */
export const capabilityOf = (key: RecordKey): Capability => capabilityOfKind(kindOf(key))
