import { createHash } from 'node:crypto'
import type { Answer, InputError } from '../../core/hubspot.ts'
import {
  type Association,
  type AssociationLabel,
  type AssociationResult,
  MOST_ASSOCIATIONS,
  MOST_DISSOCIATIONS,
  type ObjectType,
} from '../../core/hubspot-objects.ts'
import { errorsIn } from '../answers.ts'
import { type Connection, refuseTooMany } from '../connection.ts'
import { type JsonObject, objectsOf, textOf, textsOf } from '../json.ts'
import { AssociationRequests, type Pair } from '../requests/associations.ts'
import type { Request } from '../requests/request.ts'
import { unlessItExists } from './existing.ts'

const NONE: AssociationResult = { done: [], errors: [] }

/** What joins contacts to records of another type. */
export class AssociationCalls {
  readonly #connection: Connection
  readonly #requests: AssociationRequests
  /** By type: the plain association. It has another number for each type of custom objects. */
  readonly #plain = new Map<ObjectType, AssociationLabel>()

  constructor(connection: Connection) {
    this.#connection = connection
    this.#requests = new AssociationRequests(connection.address)
  }

  readLabels(type: ObjectType): Promise<Answer<readonly AssociationLabel[]>> {
    return this.#connection.call(this.#requests.readLabels(type), labelsIn)
  }

  async createLabel(type: ObjectType, label: string): Promise<Answer<void>> {
    return unlessItExists(await this.#connection.act(this.#requests.createLabel(type, internalName(label), label)))
  }

  async associate(type: ObjectType, inputs: readonly Association[]): Promise<Answer<AssociationResult>> {
    refuseTooMany(inputs, MOST_ASSOCIATIONS)
    const labelled = await this.#labelled(type, inputs)
    if (labelled.kind !== 'ok') return labelled
    const make = () => this.#requests.associate(type, labelled.value)
    const answer = await this.#connection.batch(inputs, NONE, make, associated(inputs), MOST_ASSOCIATIONS)
    // It may have been read in another portal, of which the token was before.
    if (answer.kind === 'rejected') this.#plain.delete(type)
    return answer
  }

  async dissociate(type: ObjectType, inputs: readonly Pair[]): Promise<Answer<AssociationResult>> {
    refuseTooMany([...new Set(inputs.map(({ contact }) => contact))], MOST_DISSOCIATIONS)
    const make = () => this.#requests.dissociate(type, inputs)
    const answer = await this.#connection.batch(inputs, NONE, make, dissociated(inputs), MOST_ASSOCIATIONS)
    if (answer.kind !== 'rejected') return answer
    const gone = answer.errors.filter(isAbsent).flatMap(error => concernedBy(error, inputs))
    if (gone.length === 0) return answer
    // What is gone already must not keep the others from going.
    const rest = await this.dissociate(
      type,
      inputs.filter(input => !gone.includes(input)),
    )
    return rest.kind === 'ok' ? { ...rest, value: { ...rest.value, done: [...gone, ...rest.value.done] } } : rest
  }

  /** The plain association is named like any label, or else HubSpot would let the labels be that there are. */
  async #labelled(type: ObjectType, inputs: readonly Association[]): Promise<Answer<readonly Association[]>> {
    if (inputs.every(({ labels }) => labels.length > 0)) return { kind: 'ok', value: inputs }
    if (!this.#plain.has(type)) {
      const read = await this.readLabels(type)
      // Nothing has been written: whatever became of the reading is definite.
      if (read.kind === 'unavailable') return { ...read, neverSent: true }
      if (read.kind !== 'ok') return read
      const plain = read.value.find(({ label }) => label === null)
      if (plain) this.#plain.set(type, plain)
    }
    const plain = this.#plain.get(type)
    if (!plain) return unknownType(type)
    const value = inputs.map(input => (input.labels.length > 0 ? input : { ...input, labels: [plain] }))
    return { kind: 'ok', value }
  }
}

/** HubSpot's internal name of a label, which nobody sees: another for each label, whatever its letters. */
function internalName(label: string): string {
  const letters = label.toLowerCase().replace(/[^a-z0-9]+/g, '_')
  return `vidsync_${letters}_${createHash('sha256').update(label).digest('hex').slice(0, 8)}`.slice(0, 100)
}

function unknownType(type: ObjectType): Answer<never> {
  const message = `HubSpot knows no plain association between contacts and ${type}.`
  return { kind: 'rejected', status: 404, errors: [{ traces: [], ids: [], code: 'other', message, properties: [] }] }
}

function labelsIn(body: JsonObject): AssociationLabel[] | undefined {
  if (!Array.isArray(body.results)) return undefined
  return objectsOf(body.results).flatMap(({ category, typeId, label }) =>
    typeof category === 'string' && typeof typeId === 'number'
      ? [{ category, typeId, label: textOf(label) || null }]
      : [],
  )
}

/** Done is what is in the results, by both ends: HubSpot keeps no order, and says nothing of some. */
function associated(inputs: readonly Association[]) {
  return (body: JsonObject, request: Request): AssociationResult | undefined => {
    if (!Array.isArray(body.results)) return undefined
    const ends = new Set(
      objectsOf(body.results).map(result => `${textsOf(result.fromObjectId)[0]} ${textsOf(result.toObjectId)[0]}`),
    )
    const done = inputs.filter(({ contact, object }) => ends.has(`${contact} ${object}`))
    return { done, errors: errorsIn(body, request) }
  }
}

/** Done is what no error names; nothing while an error names nobody. An association that is not there is gone. */
function dissociated(inputs: readonly Pair[]) {
  return (body: JsonObject, request: Request): AssociationResult => {
    const errors = errorsIn(body, request).filter(error => !isAbsent(error))
    if (errors.some(({ ids }) => ids.length === 0)) return { done: [], errors }
    const refused = errors.flatMap(error => concernedBy(error, inputs))
    return { done: inputs.filter(input => !refused.includes(input)), errors }
  }
}

/** An error that names both ends of an association is of that alone; one that names an end, of all that have it. */
function concernedBy({ ids }: InputError, inputs: readonly Pair[]): readonly Pair[] {
  const both = inputs.filter(({ contact, object }) => ids.includes(contact) && ids.includes(object))
  return both.length > 0 ? both : inputs.filter(({ contact, object }) => ids.includes(contact) || ids.includes(object))
}

const isAbsent = ({ code }: InputError) => code === 'not_found'
