import type { ConsentInput } from '../../core/hubspot-objects.ts'
import type { Address, Request } from './request.ts'

const PREFERENCES = '/communication-preferences/v4'

/** Requests about who may be written to. By hand: the SDK knows only an older version, which has no batches. */
export class SubscriptionRequests {
  readonly #address: Address

  constructor(address: Address) {
    this.#address = address
  }

  readTypes(): Request {
    const described = { operation: 'readSubscriptionTypes', write: false }
    return this.#address.plain(described, 'GET', `${PREFERENCES}/definitions`)
  }

  write(inputs: readonly ConsentInput[]): Request {
    const addresses = [...new Set(inputs.map(({ email }) => email))]
    const explanations = () => inputs.flatMap(({ explanation }) => (explanation === undefined ? [] : [explanation]))
    const described = {
      operation: 'writeConsents',
      write: true,
      inputs: inputs.length,
      sent: () => [...addresses, ...explanations()],
      names: [...addresses, ...new Set(inputs.map(({ subscriptionId }) => subscriptionId))],
    }
    return this.#address.plain(described, 'POST', `${PREFERENCES}/statuses/batch/write`, {
      inputs: inputs.map(({ email, subscriptionId, subscribed, legalBasis, explanation }) => ({
        channel: 'EMAIL',
        subscriberIdString: email,
        subscriptionId: Number(subscriptionId),
        statusState: subscribed ? 'SUBSCRIBED' : 'UNSUBSCRIBED',
        ...(legalBasis === undefined ? {} : { legalBasis }),
        ...(explanation === undefined ? {} : { legalBasisExplanation: explanation }),
      })),
    })
  }
}
