import { dissociate } from '../crm/associate.ts'
import type { AssociationType } from '../crm/association-types.ts'
import type { PairCall } from './association-inputs.ts'
import { type Answer, bodyOf, optionalString, requiredString } from './call.ts'

/** HubSpot's own and custom ones, from the side of the first type. */
export function listLabels({ portal, space, to }: PairCall): Answer {
  return {
    status: 200,
    body: { results: portal.associations.types.between(space.type.typeId, to.type.typeId).map(show) },
  }
}

/** Answers with both sides. 409 for a taken label, 400 for an eleventh one. */
export function createLabel(call: PairCall): Answer {
  const { portal, space, to } = call
  const body = bodyOf(call)
  requiredString(body, 'name')
  const inverseLabel = optionalString(body, 'inverseLabel')
  const sketch = { label: requiredString(body, 'label'), ...(inverseLabel === undefined ? {} : { inverseLabel }) }
  const made = portal.associations.types.addLabel(space.type.typeId, to.type.typeId, sketch)
  return { status: 200, body: { results: made.map(show) } }
}

export function changeLabel(call: PairCall): Answer {
  const body = bodyOf(call)
  const inverseLabel = optionalString(body, 'inverseLabel')
  const sketch = { label: requiredString(body, 'label'), ...(inverseLabel === undefined ? {} : { inverseLabel }) }
  call.portal.associations.types.replaceLabel(requiredString(body, 'associationTypeId'), sketch)
  return { status: 204 }
}

/** It is gone from all that had it; that they are associated stays. */
export function removeLabel({ portal, space, to }: PairCall, typeId: string): Answer {
  const label = portal.associations.types.requireLabel(typeId)
  for (const { id } of [...space.store.live()]) {
    const from = { typeId: space.type.typeId, id }
    for (const partner of portal.associations.partners(from, to.type.typeId)) {
      if (portal.associations.between(from, partner).includes(label.typeId)) dissociate(portal, from, partner, [label])
    }
  }
  portal.associations.types.replaceLabel(typeId, undefined)
  return { status: 204 }
}

const show = ({ category, typeId, label }: AssociationType) => ({ category, typeId, label })
