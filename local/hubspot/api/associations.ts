import { associate, dissociate } from '../crm/associate.ts'
import {
  archiveAssociations,
  archiveLabels,
  associateDefault,
  associatePlainly,
  createAssociations,
  showPair,
} from './association-batches.ts'
import { type PairCall, recordAt, typesOf } from './association-inputs.ts'
import { changeLabel, createLabel, listLabels, removeLabel } from './association-labels.ts'
import { listAssociations, readAssociations } from './association-reads.ts'
import { batchAnswer } from './batch.ts'
import type { Answer } from './call.ts'
import type { Family } from './paths.ts'
import type { Route } from './route.ts'

type Manner = 'read' | 'write' | 'readSchema' | 'writeSchema'

/** facts §11: they need the scopes of both types. Batches have a budget of their own. */
const pairs =
  (family: Family) =>
  (method: string, path: string, manner: Manner, answer: (call: PairCall, ...ids: string[]) => Answer): Route => ({
    method,
    family,
    path,
    budget: family === 'associations' && path.includes('batch') ? 'associations' : 'calls',
    scopes: (segments, portal) =>
      ['type', 'toType'].map(name => {
        const space = portal.findSpace(segments.get(name) ?? '')
        return space ? [space.type.scopes[manner]] : []
      }),
    answer: (call, segments) => {
      const [space, to] = ['type', 'toType'].map(name => call.portal.space(segments.get(name) ?? ''))
      const ids = [...segments].filter(([name]) => !name.endsWith('ype')).map(([, id]) => id)
      if (!space || !to) throw new Error(`${path} names no pair of types`)
      return answer({ ...call, space, to }, ...ids)
    },
  })
const batches = pairs('associations')
const single = pairs('object-associations')

export const ASSOCIATION_ROUTES: readonly Route[] = [
  batches('POST', '{type}/{toType}/batch/create', 'write', createAssociations),
  batches('POST', '{type}/{toType}/batch/associate/default', 'write', associateDefault),
  batches('POST', '{type}/{toType}/batch/archive', 'write', archiveAssociations),
  batches('POST', '{type}/{toType}/batch/labels/archive', 'write', archiveLabels),
  batches('POST', '{type}/{toType}/batch/read', 'read', readAssociations),
  batches('GET', '{type}/{toType}/labels', 'read', listLabels),
  batches('POST', '{type}/{toType}/labels', 'write', createLabel),
  batches('PUT', '{type}/{toType}/labels', 'write', changeLabel),
  batches('DELETE', '{type}/{toType}/labels/{label}', 'write', removeLabel),
  single('GET', '{type}/{id}/associations/{toType}', 'read', listAssociations),
  single('PUT', '{type}/{id}/associations/default/{toType}/{toId}', 'write', putDefault),
  single('PUT', '{type}/{id}/associations/{toType}/{toId}', 'write', put),
  single('DELETE', '{type}/{id}/associations/{toType}/{toId}', 'write', remove),
]

/** The body is the list of types. */
function put(call: PairCall, fromId: string, toId: string): Answer {
  const [from, to] = [recordAt(call, call.space, fromId), recordAt(call, call.to, toId)]
  const types = typesOf(call, call.body)
  call.portal.journal.attempt(() => associate(call.portal, from, to, types, 'replace'))
  return { status: 201, body: showPair(call, from, to) }
}

function putDefault(call: PairCall, fromId: string, toId: string): Answer {
  const startedAt = call.portal.clock.now()
  const [from, to] = [recordAt(call, call.space, fromId), recordAt(call, call.to, toId)]
  const results = call.portal.journal.attempt(() => associatePlainly(call, from, to))
  return batchAnswer(call, results, [], 200, startedAt)
}

function remove({ portal, space, to }: PairCall, fromId: string, toId: string): Answer {
  const from = { typeId: space.type.typeId, id: space.store.survivorOf(fromId) }
  dissociate(portal, from, { typeId: to.type.typeId, id: to.store.survivorOf(toId) })
  return { status: 204 }
}
