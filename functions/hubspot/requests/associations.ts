import type { Association, ObjectType } from '../../core/hubspot-objects.ts'
import type { Address, Request } from './request.ts'

/**
 * Requests about what joins contacts to records of another type. Made by hand: the SDK knows no category `WORK`, which
 * HubSpot's own labels may have.
 */
export class AssociationRequests {
  readonly #address: Address

  constructor(address: Address) {
    this.#address = address
  }

  readLabels(type: ObjectType): Request {
    return this.#address.plain({ operation: 'readAssociationLabels', write: false }, 'GET', labelsOf(type))
  }

  /** @param name HubSpot's internal one, which nobody sees */
  createLabel(type: ObjectType, name: string, label: string): Request {
    return this.#address.plain({ operation: 'createAssociationLabel', write: true }, 'POST', labelsOf(type), {
      name,
      label,
    })
  }

  /** @param inputs contacts, and where the last page of each ended */
  read(type: ObjectType, inputs: readonly AssociatedPage[]): Request {
    const names = inputs.map(({ id }) => id)
    const described = { operation: 'readAssociations', write: false, inputs: inputs.length, names }
    return this.#address.plain(described, 'POST', `${pathOf(type)}/batch/read`, { inputs })
  }

  /** The plain association, beside whatever labels there are. */
  associatePlainly(type: ObjectType, inputs: readonly Pair[]): Request {
    const described = { operation: 'associatePlainly', write: true, inputs: inputs.length, names: namesOf(inputs) }
    return this.#address.plain(described, 'POST', `${pathOf(type)}/batch/associate/default`, {
      inputs: inputs.map(({ contact, object }) => ({ from: { id: contact }, to: { id: object } })),
    })
  }

  associate(type: ObjectType, inputs: readonly Association[]): Request {
    const described = { operation: 'associate', write: true, inputs: inputs.length, names: namesOf(inputs) }
    return this.#address.plain(described, 'POST', `${pathOf(type)}/batch/create`, {
      inputs: inputs.map(({ contact, object, labels }) => ({
        from: { id: contact },
        to: { id: object },
        types: labels.map(({ category, typeId }) => ({ associationCategory: category, associationTypeId: typeId })),
      })),
    })
  }

  dissociate(type: ObjectType, inputs: readonly Pair[]): Request {
    const objects = new Map<string, { id: string }[]>()
    for (const { contact, object } of inputs) objects.set(contact, [...(objects.get(contact) ?? []), { id: object }])
    const described = { operation: 'dissociate', write: true, inputs: inputs.length, names: namesOf(inputs) }
    return this.#address.plain(described, 'POST', `${pathOf(type)}/batch/archive`, {
      inputs: [...objects].map(([contact, to]) => ({ from: { id: contact }, to })),
    })
  }
}

/** A page of what a contact is associated with: the first one, or the one after another. */
export interface AssociatedPage {
  readonly id: string
  readonly after?: string
}

/** The two ends of an association. */
export type Pair = Pick<Association, 'contact' | 'object'>

const pathOf = (type: ObjectType) => `/crm/v4/associations/contacts/${encodeURIComponent(type)}`
const labelsOf = (type: ObjectType) => `${pathOf(type)}/labels`
const namesOf = (inputs: readonly Pair[]) => [...new Set(inputs.flatMap(({ contact, object }) => [contact, object]))]
