import type { InputError } from '../core/hubspot.ts'
import type { Association, AssociationLabel, AssociationResult } from '../core/hubspot-objects.ts'
import { errorsIn } from './answers.ts'
import type { Asked } from './classify.ts'
import { isVid } from './errors.ts'
import { isObject, type JsonObject, objectOf, objectsOf, textOf, textsOf } from './json.ts'
import type { AssociatedPage, Pair } from './requests/associations.ts'

/** Kinds of associations; `undefined` when the body is no list of them. */
export function labelsIn(body: JsonObject): AssociationLabel[] | undefined {
  return Array.isArray(body.results) ? body.results.filter(isObject).flatMap(labelOf) : undefined
}

function labelOf({ category, typeId, label }: JsonObject): AssociationLabel[] {
  if (typeof category !== 'string' || typeof typeId !== 'number') return []
  return [{ category, typeId, label: textOf(label) || null }]
}

/** What contacts are associated with, and the pages that are still to be read. */
export function associatedIn(body: JsonObject, asked: Asked) {
  if (!Array.isArray(body.results)) return undefined
  const associations: Association[] = []
  const next: AssociatedPage[] = []
  for (const { from, to, paging } of objectsOf(body.results)) {
    const [contact] = textsOf(objectOf(from).id)
    if (!isVid(contact)) continue
    for (const { toObjectId, associationTypes } of objectsOf(to)) {
      const [object] = textsOf(toObjectId)
      if (object !== undefined)
        associations.push({ contact, object, labels: objectsOf(associationTypes).flatMap(labelOf) })
    }
    const [after] = textsOf(objectOf(objectOf(paging).next).after)
    if (after !== undefined) next.push({ id: contact, after })
  }
  return { associations, next, errors: errorsIn(body, asked) }
}

/** Done is what is in the results, by both ends: HubSpot keeps no order, and says nothing of some. */
export function doneByEnds(inputs: readonly Association[]) {
  return (body: JsonObject, asked: Asked): AssociationResult | undefined => {
    if (!Array.isArray(body.results)) return undefined
    const ends = new Set(
      objectsOf(body.results).map(result => `${textsOf(result.fromObjectId)[0]} ${textsOf(result.toObjectId)[0]}`),
    )
    const done = inputs.filter(({ contact, object }) => ends.has(`${contact} ${object}`))
    return { done, errors: errorsIn(body, asked) }
  }
}

/** The same where HubSpot answers with each association once from either side. */
export function doneBySides(inputs: readonly Pair[]) {
  return (body: JsonObject, asked: Asked): AssociationResult | undefined => {
    if (!Array.isArray(body.results)) return undefined
    const ends = new Set(
      objectsOf(body.results).map(({ from, to }) => `${textsOf(objectOf(from).id)[0]} ${textsOf(objectOf(to).id)[0]}`),
    )
    const done = inputs.filter(({ contact, object }) => ends.has(`${contact} ${object}`))
    return { done, errors: errorsIn(body, asked) }
  }
}

/** Done is what no error names; nothing while an error names nobody. An association that is not there is gone. */
export function doneUnlessNamed(inputs: readonly Pair[]) {
  return (body: JsonObject, asked: Asked): AssociationResult => {
    const errors = errorsIn(body, asked).filter(error => !isAbsent(error))
    if (errors.some(({ ids }) => ids.length === 0)) return { done: [], errors }
    const refused = errors.flatMap(error => concernedBy(error, inputs))
    return { done: inputs.filter(input => !refused.includes(input)), errors }
  }
}

/** An error that names both ends of an association is of that alone; one that names an end, of all that have it. */
export function concernedBy({ ids }: InputError, inputs: readonly Pair[]): readonly Pair[] {
  const both = inputs.filter(({ contact, object }) => ids.includes(contact) && ids.includes(object))
  return both.length > 0 ? both : inputs.filter(({ contact, object }) => ids.includes(contact) || ids.includes(object))
}

/** The end that is named, or the association itself, is not there. */
export const isAbsent = ({ code }: InputError) => code === 'not_found'
