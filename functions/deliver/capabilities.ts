import { type Kind, kindOf } from '../core/keys.ts'
import type { Lane } from '../core/record.ts'
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

/** Of kinds other than contacts the lane of due work has the name of the part of HubSpot. */
export const isCapability = (lane: Lane): lane is Lane & Capability =>
  Object.values(CAPABILITIES).some(capability => capability === lane)
