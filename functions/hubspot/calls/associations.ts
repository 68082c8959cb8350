import { createHash } from 'node:crypto'
import type { Answer } from '../../core/hubspot.ts'
import {
  type Association,
  type AssociationLabel,
  type AssociationResult,
  MOST_ASSOCIATED,
  MOST_ASSOCIATIONS,
  MOST_DISSOCIATIONS,
  type ObjectType,
} from '../../core/hubspot-objects.ts'
import type { Vid } from '../../core/types.ts'
import {
  associatedIn,
  concernedBy,
  doneByEnds,
  doneBySides,
  doneUnlessNamed,
  isAbsent,
  labelsIn,
} from '../associated.ts'
import { type Connection, refuseTooMany, unlessItExists } from '../connection.ts'
import { type AssociatedPage, AssociationRequests, type Pair } from '../requests/associations.ts'

/** A page has 500 associations. Whoever has more than so many pages has them read in part. */
const MOST_ROUNDS = 20

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

  async read(type: ObjectType, contacts: readonly Vid[]): Promise<Answer<readonly Association[]>> {
    const found: Association[] = []
    let pages: readonly AssociatedPage[] = contacts.map(id => ({ id }))
    for (let round = 0; round < MOST_ROUNDS && pages.length > 0; round += 1) {
      const inputs = pages
      const none = { associations: [], next: [], errors: [] }
      const make = () => this.#requests.read(type, inputs)
      const answer = await this.#connection.batch(inputs, none, make, associatedIn, MOST_ASSOCIATED)
      if (answer.kind === 'rejected' && answer.errors.every(isAbsent)) break
      if (answer.kind !== 'ok') return answer
      const errors = answer.value.errors.filter(error => !isAbsent(error))
      // What could not be read must not pass for nothing.
      if (errors.length > 0) return { kind: 'rejected', status: 207, errors }
      found.push(...answer.value.associations)
      pages = answer.value.next
    }
    return { kind: 'ok', value: found }
  }

  async associate(type: ObjectType, inputs: readonly Association[]): Promise<Answer<AssociationResult>> {
    refuseTooMany(inputs, MOST_ASSOCIATIONS)
    const labelled = await this.#labelled(type, inputs)
    if (labelled.kind !== 'ok') return labelled
    const make = () => this.#requests.associate(type, labelled.value)
    const answer = await this.#connection.batch(inputs, NONE, make, doneByEnds(inputs), MOST_ASSOCIATIONS)
    // It may have been read in another portal, of which the token was before.
    if (answer.kind === 'rejected') this.#plain.delete(type)
    return answer
  }

  async associatePlainly(type: ObjectType, inputs: readonly Pair[]): Promise<Answer<AssociationResult>> {
    refuseTooMany(inputs, MOST_ASSOCIATIONS)
    const make = () => this.#requests.associatePlainly(type, inputs)
    return this.#connection.batch(inputs, NONE, make, doneBySides(inputs), MOST_ASSOCIATIONS)
  }

  async dissociate(type: ObjectType, inputs: readonly Pair[]): Promise<Answer<AssociationResult>> {
    refuseTooMany([...new Set(inputs.map(({ contact }) => contact))], MOST_DISSOCIATIONS)
    const make = () => this.#requests.dissociate(type, inputs)
    const answer = await this.#connection.batch(inputs, NONE, make, doneUnlessNamed(inputs), MOST_ASSOCIATIONS)
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
  const letters = label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 40)
  return `vidsync_${letters}_${createHash('sha256').update(label).digest('hex').slice(0, 8)}`
}

function unknownType(type: ObjectType): Answer<never> {
  const message = `HubSpot knows no plain association between contacts and ${type}.`
  return { kind: 'rejected', status: 404, errors: [{ traces: [], ids: [], code: 'other', message, properties: [] }] }
}
