import type { Journal } from '../crm/journal.ts'
import type { Keeper } from '../kept.ts'
import { KeptMap } from '../kept-map.ts'

export type SubscriptionStatus = 'SUBSCRIBED' | 'UNSUBSCRIBED' | 'NOT_SPECIFIED'

/** A kind of email that people can opt out of. */
export interface SubscriptionDefinition {
  /** Digits. */
  readonly id: string
  readonly name: string
  readonly description: string
  readonly isActive: boolean
  readonly createdAt: string
}

/** What an address has chosen for one kind of email. */
export interface Choice {
  readonly status: SubscriptionStatus
  readonly legalBasis?: string
  readonly legalBasisExplanation?: string
  readonly source: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** What a new portal has. */
const STANDARD: readonly (readonly [id: string, name: string])[] = [
  ['110000001', 'Marketing Information'],
  ['110000002', 'One to One'],
]

/** Who wants which emails: by address, never by contact (facts §14). Knows nothing of HubSpot's rules. */
export class Subscriptions {
  readonly #definitions: KeptMap<'subscription-definition'>
  /** `address/definition` → choice. */
  readonly #choices: KeptMap<'subscription'>
  /** Address → when it opted out of everything. */
  readonly #optOuts: KeptMap<'opt-out'>

  constructor(journal: Journal, keeper: Keeper) {
    this.#definitions = new KeptMap('subscription-definition', journal, keeper)
    this.#choices = new KeptMap('subscription', journal, keeper)
    this.#optOuts = new KeptMap('opt-out', journal, keeper)
    for (const [id, name] of STANDARD) {
      if (this.#definitions.has(id)) continue
      this.define({ id, name, description: '', isActive: true, createdAt: '2026-01-01T00:00:00.000Z' })
    }
  }

  definitions(): SubscriptionDefinition[] {
    return [...this.#definitions.values()]
  }

  definition(id: string): SubscriptionDefinition | undefined {
    return this.#definitions.get(id)
  }

  define(definition: SubscriptionDefinition): SubscriptionDefinition {
    this.#definitions.set(definition.id, definition)
    return definition
  }

  choice(email: string, definitionId: string): Choice | undefined {
    return this.#choices.get(`${email}/${definitionId}`)
  }

  choose(email: string, definitionId: string, choice: Choice): void {
    this.#choices.set(`${email}/${definitionId}`, choice)
  }

  /** When the address opted out of everything; undefined: it did not. */
  optedOutAt(email: string): number | undefined {
    return this.#optOuts.get(email)
  }

  setOptedOut(email: string, at: number | undefined): void {
    this.#optOuts.set(email, at)
  }
}
