import { type Answer, BATCH_LIMIT } from '../../core/hubspot.ts'
import type { HubSpotObject, ObjectBatchResult } from '../../core/hubspot-objects.ts'
import { objectNameOf } from '../../core/keys.ts'
import { decideObject, learnObject, type ObjectInput, type ObjectWorld } from '../../core/kinds/objects.ts'
import { type Fate, type Fates, type Task, waitingFor } from '../../core/kinds/task.ts'
import { objectsCreate } from '../../core/mapping/creating.ts'
import { guardedIn, objectRules } from '../../core/mapping/rules.ts'
import { inParallel } from '../../core/parallel.ts'
import type { ContactRecord } from '../../core/record.ts'
import type { Schema } from '../../core/schema.ts'
import type { ClaimKey } from '../../core/store.ts'
import { type Catalogue, REFUSED } from '../catalogue.ts'
import { TABLE_REQUESTS } from '../claims.ts'
import type { Known } from '../kept.ts'
import { createMissing } from '../new-properties.ts'
import type { Session } from '../session.ts'
import type { Teller } from '../wave.ts'

/** Tells of companies, deals and other objects. */
export async function objectTeller(
  session: Session,
  catalogue: Catalogue,
  records: readonly ContactRecord[],
): Promise<Teller<ObjectInput> | undefined> {
  const { config, clock, random, metrics } = session.deps
  const schemas = new Map<string, Known<Schema>>()
  for (const [name, own] of Map.groupBy(records, ({ key }) => objectNameOf(key))) {
    const known = await schemaFor(session, catalogue, name, own)
    if (!known) return undefined
    schemas.set(name, known)
  }
  const worldOf = (task: Task): ObjectWorld | { readonly refused: string } => {
    const name = objectNameOf(task.record.key)
    const known = schemas.get(name)
    const type = config.objects[name]?.type ?? name
    if (!known || 'refused' in known) return { refused: REFUSED(type, known?.refused ?? '') }
    return { config, now: clock.now(), mapping: config.objects[name], type, schema: known.value }
  }
  return {
    capability: 'objects',
    merges: false,
    most: () => BATCH_LIMIT,
    decide(task) {
      const world = worldOf(task)
      if ('refused' in world) return { do: 'settle', ending: { trouble: waitingFor(world.refused) } }
      const step = decideObject(task, world)
      if (step.do !== 'call') return step
      return { ...step, inputs: step.inputs.map(input => ({ ...input, trace: random.id() })) }
    },
    learn(input, fate) {
      const world = worldOf(input.task)
      // Another's object: nothing of it is this record's.
      if ('refused' in world || input.task.facts.trouble?.code === 'conflict') return
      if (fate.is === 'refused' && fate.error.properties.some(({ code }) => code === 'PROPERTY_DOESNT_EXIST')) {
        catalogue.outdate(input.type)
      }
      learnObject(input, fate, world)
    },
    missing: ({ call }) =>
      ASKING.has(call) ? { is: 'done' } : call === 'update' || call === 'adopt' ? NOT_FOUND : undefined,
    async call(inputs): Promise<Answer<Fates<ObjectInput>>> {
      const [first] = inputs
      if (!first) return { kind: 'ok', value: new Map() }
      const adopted =
        first.call === 'adopt'
          ? await claimAll(
              session,
              inputs.map(input => [input, input.value]),
            )
          : []
      const refused = new Map(adopted)
      const allowed = inputs.filter(input => !refused.has(input))
      const answer = await make(session, first, allowed)
      if (answer.kind !== 'ok') return answer
      const fates = sorted(allowed, answer.value)
      const told = [...fates].flatMap(([input, fate]) => idsOf(input, fate))
      for (const [input, fate] of await claimAll(session, told)) refused.set(input, fate)
      if (!ASKING.has(first.call)) metrics.add('ObjectsWritten', told.length)
      return { ...answer, value: new Map([...fates, ...refused]) }
    },
  }
}

const ASKING: ReadonlySet<ObjectInput['call']> = new Set(['read', 'search', 'recall'])
const NOT_FOUND = {
  is: 'refused',
  error: { traces: [], ids: [], code: 'not_found', message: 'HubSpot does not have it', properties: [] },
} as const satisfies Fate

/** The properties of the type, with what is missing of those that the records have values for. */
async function schemaFor(
  session: Session,
  catalogue: Catalogue,
  name: string,
  records: readonly ContactRecord[],
): Promise<Known<Schema> | undefined> {
  const mapping = session.deps.config.objects[name]
  if (!mapping) return { refused: 'sync.config.ts has none of this name any more' }
  const type = mapping.type ?? name
  const known = await catalogue.schema(session, type, [mapping.uniqueProperty])
  if (!known || !('value' in known) || mapping.unmapped !== 'create') return known
  const place = { capability: 'objects', type, schema: known.value, mayCreate: objectsCreate(mapping) } as const
  const made = await createMissing(session, place, records)
  if (made === undefined) return undefined
  return made > 0 ? catalogue.renewSchema(session, type) : known
}

function make(
  { deps: { objects } }: Session,
  { call, type, mapping, task }: ObjectInput,
  inputs: readonly ObjectInput[],
): Promise<Answer<ObjectBatchResult>> {
  const { uniqueProperty, adoptBy = uniqueProperty } = mapping
  const by = { property: uniqueProperty }
  const values = inputs.map(({ value }) => value)
  const written = inputs.map(({ trace = '', value, properties }) => ({ trace, id: value, properties }))
  switch (call) {
    case 'read': {
      const guarded = inputs.flatMap(input => guardedIn(input.task.record.folded, objectRules(mapping)))
      return objects.readObjects(type, by, values, [...new Set([uniqueProperty, ...guarded])])
    }
    case 'recall':
      return objects.readObjects(type, 'id', values, [uniqueProperty])
    case 'search':
      return searched(objects.searchObjects(type, adoptBy, values, [uniqueProperty, adoptBy]))
    case 'create':
      return objects.createObjects(type, written)
    case 'update':
      return objects.updateObjects(type, by, written)
    case 'adopt':
      return objects.updateObjects(type, 'id', written)
    case 'upsert':
      return objects.upsertObjects(type, by, written)
    default:
      throw new TypeError(`no such call of ${task.record.key.split('#')[0]}`)
  }
}

async function searched(asked: Promise<Answer<readonly HubSpotObject[]>>): Promise<Answer<ObjectBatchResult>> {
  const answer = await asked
  return answer.kind === 'ok' ? { ...answer, value: { objects: answer.value, errors: [] } } : answer
}

/** Matched by trace, by HubSpot's id or by the value that was asked for; never by position. */
function sorted(inputs: readonly ObjectInput[], { objects, errors }: ObjectBatchResult): Map<ObjectInput, Fate> {
  const fates = new Map<ObjectInput, Fate>()
  for (const input of inputs) {
    const own = objects.filter(object => isOf(object, input))
    // Of one alone there is no doubt whom the answer is for.
    const found = own.length === 0 && inputs.length === 1 && !ASKING.has(input.call) ? objects : own
    const error = errors.find(
      ({ traces, ids }) => (input.trace !== undefined && traces.includes(input.trace)) || ids.includes(input.value),
    )
    const about = error ?? (inputs.length === 1 ? errors[0] : undefined)
    if (found.length > 0) fates.set(input, { is: 'done', objects: found })
    else if (about) fates.set(input, { is: 'refused', error: about })
  }
  return fates
}

function isOf(object: HubSpotObject, { call, trace, value, mapping, task }: ObjectInput): boolean {
  if (object.trace !== undefined && object.trace === trace) return true
  if (call === 'recall' || call === 'adopt') return object.id === value
  if (!ASKING.has(call) && object.id === task.delivered.vid) return true
  const property = call === 'search' ? (mapping.adoptBy ?? '') : mapping.uniqueProperty
  return object.properties[property]?.trim().toLowerCase() === value.trim().toLowerCase()
}

/** Ids that a record learns: of what was found under its own value, or written. */
function idsOf(input: ObjectInput, fate: Fate): [ObjectInput, string][] {
  if (fate.is !== 'done' || input.call === 'search' || input.call === 'recall') return []
  const id = fate.objects?.[0]?.id
  return id === undefined || id === input.task.delivered.vid ? [] : [[input, id]]
}

/**
 * Claims what has become known: one object of HubSpot's is one of the product's, whatever ids HubSpot takes for the same.
 * @returns those whose object is another's
 */
async function claimAll(
  { deps: { store } }: Session,
  claims: readonly [ObjectInput, string][],
): Promise<[ObjectInput, Fate][]> {
  const taken: [ObjectInput, Fate][] = []
  await inParallel(claims, TABLE_REQUESTS, async ([input, id]) => {
    const { key } = input.task.record
    const claim: ClaimKey = `id#${input.type}#${id}`
    const { owner } = await store.claim(claim, key)
    if (owner === key) return
    const other = (await store.readRecords([owner])).get(owner)
    if (other?.delivered.vid !== id && (await store.claim(claim, key, owner)).owner === key) return
    input.task.facts.trouble = { code: 'conflict', message: TAKEN, with: owner }
    taken.push([input, { is: 'done' }])
  })
  return taken
}

const TAKEN = 'HubSpot takes the object’s id for that of another object: two ids that differ in case alone, perhaps'
