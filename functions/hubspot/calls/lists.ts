import type { Answer } from '../../core/hubspot.ts'
import { type MembershipResult, MOST_MEMBERS } from '../../core/hubspot-objects.ts'
import type { Vid } from '../../core/types.ts'
import type { Connection } from '../connection.ts'
import { isVid } from '../errors.ts'
import { type JsonObject, objectOf, textOf, textsOf } from '../json.ts'
import { ListRequests } from '../requests/lists.ts'

/** Who is in a list of another kind HubSpot decides. */
const STATIC = ['MANUAL', 'SNAPSHOT']

/** Lists of contacts. */
export class ListCalls {
  readonly #connection: Connection
  readonly #requests: ListRequests

  constructor(connection: Connection) {
    this.#connection = connection
    this.#requests = new ListRequests(connection.address)
  }

  async find(name: string): Promise<Answer<string | undefined>> {
    const answer = await this.#connection.call(this.#requests.find(name), listOf)
    if (answer.kind === 'rejected' && answer.status === 404) return { kind: 'ok', value: undefined }
    if (answer.kind !== 'ok') return answer
    return STATIC.includes(answer.value.kind) ? { ...answer, value: answer.value.id } : notStatic
  }

  async create(name: string): Promise<Answer<string>> {
    return this.#connection.call(this.#requests.create(name), body => listOf(body)?.id)
  }

  changeMembers(
    listId: string,
    { add, remove }: { readonly add: readonly Vid[]; readonly remove: readonly Vid[] },
  ): Promise<Answer<MembershipResult>> {
    const make = () => this.#requests.changeMembers(listId, add, remove)
    return this.#connection.batch([...add, ...remove], { missing: [] }, make, missingIn, MOST_MEMBERS)
  }
}

const notStatic: Answer<never> = {
  kind: 'rejected',
  status: 409,
  errors: [
    {
      traces: [],
      ids: [],
      code: 'conflict',
      message: 'There is a list of this name in which HubSpot decides who is in it.',
      properties: [],
    },
  ],
}

function listOf(body: JsonObject): { readonly id: string; readonly kind: string } | undefined {
  const list = objectOf(body.list)
  const [id] = textsOf(list.listId)
  return id === undefined ? undefined : { id, kind: textOf(list.processingType) ?? '' }
}

function missingIn(body: JsonObject): MembershipResult | undefined {
  // HubSpot's own spelling.
  const known = [body.recordsIdsAdded, body.recordIdsRemoved, body.recordIdsMissing].some(Array.isArray)
  return known ? { missing: textsOf(body.recordIdsMissing).filter(isVid) } : undefined
}
