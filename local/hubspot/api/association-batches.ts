import { associate, dissociate } from '../crm/associate.ts'
import { HubSpotError, invalid } from '../errors.ts'
import type { RecordKey } from '../ledger.ts'
import { isObject, type JsonObject } from '../message.ts'
import { idAt, type PairCall, recordAt, showTypes, typesOf } from './association-inputs.ts'
import { batchAnswer, rawInputs } from './batch.ts'
import { type Answer, invalidJson, requiredString } from './call.ts'

/** facts §11 */
const MOST_PAIRS = 2_000
/** A secondary source. */
const MOST_ARCHIVED_FROM = 100

/** facts §11: custom labels that are not repeated are gone. By switch 201 or 200. */
export function createAssociations(call: PairCall): Answer {
  const specified = call.version === '2026-09' ? 200 : 201
  const other = specified === 200 ? 201 : 200
  const status = call.portal.switches.associationCreateStatus === 'specified' ? specified : other
  return eachInput(call, status, input => {
    const [from, to] = pairAt(call, input)
    associate(call.portal, from, to, typesOf(call, input.types), 'replace')
    return [showPair(call, from, to)]
  })
}

/** Without types: labels that are there stay. The answer has both sides. */
export function associateDefault(call: PairCall): Answer {
  return eachInput(call, 200, input => {
    const [from, to] = pairAt(call, input)
    return associatePlainly(call, from, to)
  })
}

export function associatePlainly(call: PairCall, from: RecordKey, to: RecordKey): JsonObject[] {
  const { portal } = call
  const type = portal.associations.types.unlabelled(from.typeId, to.typeId)
  associate(portal, from, to, [type], 'add')
  const side = (one: RecordKey, other: RecordKey, associationTypeId: number) => ({
    from: { id: one.id },
    to: { id: other.id },
    associationSpec: { associationCategory: type.category, associationTypeId },
  })
  return [side(from, to, type.typeId), side(to, from, type.inverseTypeId)]
}

/** All associations of each pair. */
export function archiveAssociations(call: PairCall): Answer {
  const inputs = rawInputs(call, MOST_PAIRS)
  if (new Set(inputs.map(input => idAt(input, 'from'))).size > MOST_ARCHIVED_FROM) {
    throw invalid(`The maximum number of objects in a request is ${MOST_ARCHIVED_FROM}`)
  }
  return archived(call, () => {
    for (const input of inputs) {
      const { to } = input
      if (!Array.isArray(to) || !to.every(isObject)) throw invalidJson('"to" must be a list of objects')
      for (const one of to) dissociate(call.portal, fromOf(call, input), toOf(call, requiredString(one, 'id')))
    }
  })
}

/** Only the types that are named; the unlabelled one takes all others with it. */
export function archiveLabels(call: PairCall): Answer {
  const inputs = rawInputs(call, MOST_PAIRS)
  return archived(call, () => {
    for (const input of inputs) {
      const types = typesOf(call, input.types)
      dissociate(call.portal, fromOf(call, input), toOf(call, idAt(input, 'to')), types)
    }
  })
}

/** What is not there does not matter. The OpenAPI files: 204 in v4, 200 with an empty batch in 2026-09. */
function archived(call: PairCall, work: () => void): Answer {
  const startedAt = call.portal.clock.now()
  call.portal.journal.attempt(work)
  return call.version === '2026-09' ? batchAnswer(call, [], [], 200, startedAt) : { status: 204 }
}

const fromOf = ({ space }: PairCall, input: JsonObject) => survivor(space, idAt(input, 'from'))
const toOf = ({ to }: PairCall, id: string) => survivor(to, id)
const survivor = ({ type, store }: PairCall['to'], id: string): RecordKey => ({
  typeId: type.typeId,
  id: store.survivorOf(id),
})

function pairAt(call: PairCall, input: JsonObject): [RecordKey, RecordKey] {
  return [recordAt(call, call.space, idAt(input, 'from')), recordAt(call, call.to, idAt(input, 'to'))]
}

/** B, by switch: bad inputs are named in a 207, or fail the whole request. */
function eachInput(call: PairCall, status: 200 | 201, work: (input: JsonObject) => JsonObject[]): Answer {
  const { portal } = call
  const startedAt = portal.clock.now()
  const inputs = rawInputs(call, MOST_PAIRS)
  if (portal.switches.badAssociation === 'whole') {
    return batchAnswer(
      call,
      portal.journal.attempt(() => inputs.flatMap(work)),
      [],
      status,
      startedAt,
    )
  }
  const results: JsonObject[] = []
  const errors: JsonObject[] = []
  for (const input of inputs) {
    try {
      results.push(...portal.journal.attempt(() => work(input)))
    } catch (error) {
      if (!(error instanceof HubSpotError)) throw error
      errors.push(error.item({}))
    }
  }
  return batchAnswer(call, results, errors, status, startedAt)
}

export function showPair(call: PairCall, from: RecordKey, to: RecordKey): JsonObject {
  const types = showTypes(call, call.portal.associations.between(from, to))
  return {
    fromObjectTypeId: from.typeId,
    fromObjectId: from.id,
    toObjectTypeId: to.typeId,
    toObjectId: to.id,
    labels: types.flatMap(({ label }) => (typeof label === 'string' ? [label] : [])),
  }
}
