import { choose, optOut, statusOf } from '../consent/choose.ts'
import type { SubscriptionDefinition, SubscriptionStatus } from '../consent/subscriptions.ts'
import type { Hands } from './hands.ts'

/** Who wants which emails: by address (facts §14). Nothing here counts as an API call. */
export class SubscriptionsView {
  readonly #hands: Hands

  constructor(hands: Hands) {
    this.#hands = hands
  }

  definitions(): SubscriptionDefinition[] {
    return this.#hands.portal.subscriptions.definitions()
  }

  /** A kind of email that the portal's people made. @param id digits. Default: a new one */
  define(name: string, id = String(120_000_001 + this.definitions().length)): SubscriptionDefinition {
    const { portal } = this.#hands
    const createdAt = new Date(portal.clock.now()).toISOString()
    const definition = { id, name, description: '', isActive: true, createdAt }
    return this.#hands.change('seed', () => portal.subscriptions.define(definition))
  }

  /** The status of each kind of email, by name. */
  of(email: string): Record<string, SubscriptionStatus> {
    const address = email.toLowerCase()
    return Object.fromEntries(
      this.definitions().map(({ id, name }) => [name, statusOf(this.#hands.portal, address, id)]),
    )
  }

  hasOptedOut(email: string): boolean {
    return this.#hands.portal.subscriptions.optedOutAt(email.toLowerCase()) !== undefined
  }

  /** Somebody chooses on the page that an email leads to, where one may come back. @throws Error for no such kind */
  choose(email: string, name: string, status: SubscriptionStatus): void {
    const { portal } = this.#hands
    const definition = this.definitions().find(candidate => candidate.name === name)
    if (!definition) throw new Error(`There is no kind of email ${name}.`)
    const wish = {
      email: email.toLowerCase(),
      subscriptionId: definition.id,
      status,
      legalBasis: 'CONSENT_WITH_NOTICE',
    }
    const explained = { ...wish, legalBasisExplanation: 'Chosen on the preferences page' }
    this.#hands.change('ui', () => choose(portal, explained, 'PREFERENCES_PAGE', 'resubscribe'))
  }

  /** Somebody opts out of everything. */
  optOut(email: string): void {
    this.#hands.change('ui', () => optOut(this.#hands.portal, email.toLowerCase()))
  }
}
