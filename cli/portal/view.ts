import type {
  AssociationLabel,
  EventDefinition,
  ObjectType,
  SubscriptionType,
} from '../../functions/core/hubspot-objects.ts'
import type { PropertyDefinition } from '../../functions/core/schema.ts'

/** What HubSpot has told, or why it does not tell. */
export type Reading<Value> =
  | { readonly known: Value }
  /** `forbidden`: the token lacks a scope, or the account lacks the feature. `refused`: there is no such thing. */
  | { readonly kept: 'forbidden' | 'refused'; readonly words: string }

/** As much of a portal as a configuration speaks of. */
export interface PortalView {
  readonly id: string
  /** Of contacts, and of each type of objects. */
  readonly properties: ReadonlyMap<ObjectType, Reading<readonly PropertyDefinition[]>>
  /** Absent where no event is configured. */
  readonly events?: Reading<readonly EventDefinition[]>
  readonly labels: ReadonlyMap<ObjectType, Reading<readonly AssociationLabel[]>>
  /** By name: the id of the list, `undefined` where there is none. */
  readonly lists: ReadonlyMap<string, Reading<string | undefined>>
  /** Absent where no subscription is configured. */
  readonly subscriptions?: Reading<readonly SubscriptionType[]>
}
