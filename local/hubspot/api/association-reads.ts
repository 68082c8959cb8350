import { livePartners } from '../crm/associate.ts'
import { findById } from '../crm/find.ts'
import { HubSpotError, resourceNotFound } from '../errors.ts'
import type { RecordKey } from '../ledger.ts'
import type { JsonObject } from '../message.ts'
import { type PairCall, showTypes } from './association-inputs.ts'
import { batchAnswer, rawInputs } from './batch.ts'
import { type Answer, optionalString, requiredString } from './call.ts'

/** facts §11 */
const MOST_READ = 1_000
/** HubSpot's OpenAPI file. */
const MOST_ON_A_PAGE = 500

/** What is associated with nothing is named in a 207. */
export function readAssociations(call: PairCall): Answer {
  const { portal, space, to } = call
  const startedAt = portal.clock.now()
  const results: JsonObject[] = []
  const errors: JsonObject[] = []
  for (const input of rawInputs(call, MOST_READ)) {
    const id = requiredString(input, 'id')
    const record = findById(space, id)
    const { found, paging } = pageOf(call, record?.id ?? id, optionalString(input, 'after'), MOST_ON_A_PAGE)
    if (found.length > 0) results.push({ from: { id: record?.id ?? id }, to: found, ...paging })
    else errors.push(nothing(id, space.type.label, to.type.label).item({}))
  }
  return batchAnswer(call, results, errors, 200, startedAt)
}

/** `GET …/objects/{type}/{id}/associations/{toType}` */
export function listAssociations(call: PairCall, id: string): Answer {
  const record = findById(call.space, id)
  if (!record) throw resourceNotFound()
  const limit = Math.min(Math.max(Number(call.query.get('limit') ?? MOST_ON_A_PAGE) || 1, 1), MOST_ON_A_PAGE)
  const { found, paging } = pageOf(call, record.id, call.query.get('after') ?? undefined, limit)
  return { status: 200, body: { results: found, ...paging } }
}

function pageOf(call: PairCall, id: string, after: string | undefined, limit: number) {
  const { portal, space, to } = call
  const from: RecordKey = { typeId: space.type.typeId, id }
  const partners = livePartners(portal, from, to.type.typeId).sort((a, b) => Number(a.id) - Number(b.id))
  const rest = after === undefined ? partners : partners.filter(partner => Number(partner.id) > Number(after))
  const page = rest.slice(0, limit)
  const last = page.at(-1)
  const found = page.map(partner => ({
    toObjectId: portal.switches.associatedIds === 'number' ? Number(partner.id) : partner.id,
    associationTypes: showTypes(call, portal.associations.between(from, partner)),
  }))
  return { found, paging: rest.length > limit && last ? { paging: { next: { after: last.id } } } : {} }
}

const nothing = (id: string, from: string, to: string) =>
  new HubSpotError(404, {
    message: `No ${to.toLowerCase()} is associated with ${from.toLowerCase()} ${id}.`,
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
    context: { fromObjectId: [id], fromObjectType: [from.toLowerCase()], toObjectType: [to.toLowerCase()] },
  })
