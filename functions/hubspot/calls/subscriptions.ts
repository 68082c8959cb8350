import type { Answer, InputError } from '../../core/hubspot.ts'
import {
  type ConsentInput,
  type ConsentResult,
  MOST_CONSENTS,
  type SubscriptionType,
} from '../../core/hubspot-objects.ts'
import { errorsIn } from '../answers.ts'
import type { Connection } from '../connection.ts'
import { type JsonObject, objectsOf, textOf, textsOf } from '../json.ts'
import type { Request } from '../requests/request.ts'
import { SubscriptionRequests } from '../requests/subscriptions.ts'

/** Who may be written to, by address. */
export class SubscriptionCalls {
  readonly #connection: Connection
  readonly #requests: SubscriptionRequests

  constructor(connection: Connection) {
    this.#connection = connection
    this.#requests = new SubscriptionRequests(connection.address)
  }

  readTypes(): Promise<Answer<readonly SubscriptionType[]>> {
    return this.#connection.call(this.#requests.readTypes(), typesIn)
  }

  async write(inputs: readonly ConsentInput[]): Promise<Answer<ConsentResult>> {
    const none = { done: [], errors: [] }
    const make = () => this.#requests.write(inputs)
    const answer = await this.#connection.batch(inputs, none, make, written(inputs), MOST_CONSENTS)
    return answer.kind === 'rejected' ? { ...answer, errors: answer.errors.map(byAddress(inputs)) } : answer
  }
}

function typesIn(body: JsonObject): SubscriptionType[] | undefined {
  if (!Array.isArray(body.results)) return undefined
  return objectsOf(body.results).flatMap(type => {
    const [id] = textsOf(type.id)
    const name = textOf(type.name)
    return id === undefined || name === undefined || type.isActive === false ? [] : [{ id, name }]
  })
}

/** Done is what HubSpot shows as it was asked for; what it shows otherwise it has refused, without a word. */
function written(inputs: readonly ConsentInput[]) {
  return (body: JsonObject, request: Request): ConsentResult | undefined => {
    if (!Array.isArray(body.results)) return undefined
    const shown = new Map(
      objectsOf(body.results).map(({ subscriberIdString, subscriptionId, status }) => {
        // Addresses come back in HubSpot's own letters.
        const address = textOf(subscriberIdString)?.toLowerCase()
        return [`${textsOf(subscriptionId)[0]} ${address}`, textOf(status)]
      }),
    )
    const statusOf = ({ email, subscriptionId }: ConsentInput) => shown.get(`${subscriptionId} ${email.toLowerCase()}`)
    const isDone = (input: ConsentInput) => statusOf(input) === (input.subscribed ? 'SUBSCRIBED' : 'UNSUBSCRIBED')
    const ignored = inputs.filter(input => statusOf(input) !== undefined && !isDone(input))
    const errors = errorsIn(body, request).map(byAddress(inputs))
    return { done: inputs.filter(isDone), errors: [...errors, ...ignored.map(input => keptAs(input, statusOf(input)))] }
  }
}

function keptAs({ email }: ConsentInput, status = ''): InputError {
  const message = `HubSpot keeps the subscription as ${status}.`
  return { traces: [], ids: [email], code: 'invalid', message, properties: [] }
}

/** An error may name a subscription, and no address: then it is about all that were to have it. */
function byAddress(inputs: readonly ConsentInput[]) {
  const addresses = new Set<string>(inputs.map(({ email }) => email))
  return (error: InputError): InputError => {
    const named = error.ids.filter(id => addresses.has(id))
    const all = inputs.filter(({ subscriptionId }) => error.ids.includes(subscriptionId)).map(({ email }) => email)
    return { ...error, ids: named.length > 0 ? named : [...new Set(all)] }
  }
}
