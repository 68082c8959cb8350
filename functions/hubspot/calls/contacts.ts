import type { Answer, BatchResult, Contact, CreateInput, LookUp, UpdateInput } from '../../core/hubspot.ts'
import type { ObjectBatchResult } from '../../core/hubspot-objects.ts'
import { addressesIn } from '../../core/identity.ts'
import type { Email, Vid } from '../../core/types.ts'
import type { Metrics } from '../../runtime/platform.ts'
import { batchResult, recordOf, records } from '../answers.ts'
import { type Connection, done, refuseTooMany } from '../connection.ts'
import { isVid } from '../errors.ts'
import { type JsonObject, objectOf, textsOf } from '../json.ts'
import { ContactRequests } from '../requests/contacts.ts'
import type { Request } from '../requests/request.ts'

/** Some of all contacts. */
export interface ContactPage {
  readonly contacts: readonly Contact[]
  /** Where the next page begins; absent on the last. */
  readonly after?: string
}

/** HubSpot's contacts: see `HubSpot`. */
export class ContactCalls {
  readonly #connection: Connection
  readonly #metrics: Metrics
  readonly #requests: ContactRequests

  constructor(connection: Connection, metrics: Metrics) {
    this.#connection = connection
    this.#metrics = metrics
    this.#requests = new ContactRequests(connection.address)
  }

  read(lookUp: LookUp, ids: readonly string[], properties: readonly string[]): Promise<Answer<BatchResult>> {
    return this.#batch(ids, () => this.#requests.read(lookUp, ids, properties))
  }

  list(after: string | undefined, properties: readonly string[]): Promise<Answer<ContactPage>> {
    return this.#connection.call(this.#requests.list(after, properties), pageOf)
  }

  create(inputs: readonly CreateInput[]): Promise<Answer<BatchResult>> {
    return this.#batch(inputs, () => this.#requests.create(inputs))
  }

  update(inputs: readonly UpdateInput[]): Promise<Answer<BatchResult>> {
    return this.#batch(inputs, () => this.#requests.update(inputs))
  }

  async merge(primary: Vid, other: Vid): Promise<Answer<Contact>> {
    return this.#connection.call(await this.#requests.merge(primary, other), contactOf)
  }

  async detachEmail(vid: Vid, email: Email): Promise<Answer<void>> {
    const answer = await this.#connection.act(this.#requests.detachEmail(vid, email))
    if (answer.kind !== 'rejected' || answer.status !== 404) return answer
    // No such address, no such contact, or no such endpoint any more: the 404 is the same, the contact tells.
    const read = await this.read({ by: 'vid' }, [vid], ['email', 'hs_additional_emails'])
    if (read.kind !== 'ok') return read
    const [found] = read.value.contacts
    if (found) return addressesIn(found).includes(email) ? answer : done
    return read.value.errors.length > 0 ? { ...answer, errors: read.value.errors } : answer
  }

  async archive(vids: readonly Vid[]): Promise<Answer<void>> {
    refuseTooMany(vids)
    if (vids.length === 0) return done
    const request = await this.#requests.archive(vids)
    this.#metrics.add('BatchFill', vids.length)
    const answer = await this.#connection.act(request)
    if (answer.kind !== 'rejected') return answer
    const gone = answer.errors.flatMap(({ code, ids }) => (code === 'not_found' ? ids : []))
    const rest = vids.filter(vid => !gone.includes(vid))
    // Whoever is gone already must not keep the others from going.
    return rest.length < vids.length ? this.archive(rest) : answer
  }

  async erase(vid: Vid): Promise<Answer<void>> {
    return this.#connection.act(await this.#requests.erase(vid))
  }

  async #batch(inputs: readonly unknown[], make: () => Promise<Request>): Promise<Answer<BatchResult>> {
    const none: BatchResult = { contacts: [], errors: [] }
    const made = async () => {
      const request = await make()
      this.#metrics.add('BatchFill', inputs.length)
      return request
    }
    return this.#connection.batch(inputs, none, made, (body, request) => contactsOf(batchResult(body, request)))
  }
}

function contactsOf(result: ObjectBatchResult | undefined): BatchResult | undefined {
  return result && { contacts: result.objects.flatMap(asContact), errors: result.errors }
}

function pageOf(body: JsonObject): ContactPage | undefined {
  const found = records(body)
  const after = textsOf(objectOf(objectOf(body.paging).next).after)[0]
  return found && { contacts: found.flatMap(asContact), ...(after === undefined ? {} : { after }) }
}

const contactOf = (body: JsonObject): Contact | undefined => recordOf(body).flatMap(asContact)[0]

function asContact({ id, ...rest }: ObjectBatchResult['objects'][number]): Contact[] {
  return isVid(id) ? [{ vid: id, ...rest }] : []
}
