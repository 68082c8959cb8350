import { marksOf, sentAfter } from '../delivery/guarding.ts'
import { type Grounds, type Payload, partOf, wishesIn } from '../delivery/parts.ts'
import type { HubSpotObject, ObjectId, ObjectType } from '../hubspot-objects.ts'
import { objectRules } from '../mapping/rules.ts'
import type { ObjectMapping } from '../mapping-settings.ts'
import type { Problem, Withheld } from '../record.ts'
import type { Schema } from '../schema.ts'
import type { Vid } from '../types.ts'
import { type Fate, type Input, isUnsure, type Moment, type Step, type Task, waitingFor } from './task.ts'

export type ObjectCall = 'read' | 'search' | 'recall' | 'create' | 'update' | 'adopt' | 'upsert'

/** `id`: of the unique property; of `recall` and `adopt` HubSpot's. */
export interface ObjectInput extends Input {
  readonly call: ObjectCall
  readonly type: ObjectType
  readonly mapping: ObjectMapping
  readonly value: string
  readonly properties: Readonly<Record<string, string>>
}

/** What is known beside the object's own record. */
export interface ObjectWorld extends Moment {
  /** `undefined`: sync.config.ts has it no more. */
  readonly mapping: ObjectMapping | undefined
  readonly type: ObjectType
  readonly schema: Schema
}

/**
 * Says what to do next for one object. HubSpot keeps the product's id in a unique property, so that most need one call
 * that may be repeated as often as one likes:
 *
 *     upsert ───────────────────────────────────────────────────────────────► upsert
 *     upsert, with what only a new object is given, or with `adoptBy`
 *        └─ id unknown ─► read ─► there ────────────────────────────────────► upsert
 *                          └─ not there ─► search ─► nobody's ─► read it ───► update by HubSpot's id
 *                                             └─ nothing ───────────────────► create; there after all: upsert
 *     update ───────────────────────────────────────────────────────────────► update by the unique property
 *     insert ─ id unknown ──────────────────────────────────────────────────► create; there after all: done
 */
export function decideObject(task: Task, world: ObjectWorld): Step<ObjectInput> {
  const { delivered, facts } = task
  const { mapping, schema } = world
  if (!mapping) return settle({ trouble: waitingFor('sync.config.ts has no objects of this name any more') })
  const value = uniqueValueOf(task, mapping)
  if (value === undefined) return settle({})
  const unique = schema.properties.get(mapping.uniqueProperty)
  if (!unique?.unique) return settle({ trouble: waitingFor(noUniqueProperty(world.type, mapping.uniqueProperty)) })
  if (facts.trouble) return settle({ trouble: facts.trouble })
  const known = delivered.vid !== undefined
  const { properties, withheld, unread, confirmed } = objectPayload(
    task,
    { ...world, mapping },
    !known && willCreate(mapping),
  )
  const nothing = known && !unread && Object.keys(properties).length === 0
  if (nothing || (known && mapping.mode === 'insert')) {
    return settle({ withheld, told: sentAfter(task.delivered, confirmed) })
  }

  const ask = (call: ObjectCall, id: string, sent: Payload['properties'] = {}): Step<ObjectInput> => ({
    do: 'call',
    inputs: [
      {
        ...{ task, call, type: world.type, mapping, value: id, properties: sent, stamp: undefined },
        batch: `${call} ${world.type} ${call === 'search' ? mapping.adoptBy : mapping.uniqueProperty}`,
        // HubSpot may compare without regard to case: two that only differ in it never meet in a call.
        id: id.toLowerCase(),
        tells: ASKING.has(call) ? [] : [mapping.uniqueProperty, ...Object.keys(sent)],
        names: [id],
      },
    ],
  })
  // What HubSpot holds decides on some fields: it is looked at first.
  if (unread && facts.found === undefined) return ask('read', value)
  const whole = { ...properties, [mapping.uniqueProperty]: value }
  // HubSpot shows what it was sent: where it repeats no trace, the value tells whom the answer is for.
  const recognisable = known ? properties : whole
  if (mapping.mode === 'update') return ask('update', value, recognisable)
  if (!known && mapping.mode === 'insert') return ask('create', value, whole)
  if (known || !willCreate(mapping)) {
    if (delivered.state === 'conflict' && facts.found === undefined) return ask('read', value)
    return ask('upsert', value, recognisable)
  }
  if (facts.found === undefined) return ask('read', value)
  const wanted = mapping.adoptBy === undefined ? undefined : properties[mapping.adoptBy]
  if (mapping.adoptBy !== undefined && wanted) {
    if (facts.searched === undefined) return ask('search', wanted)
    const open = facts.searched[0]
    if (open !== undefined && facts.hits === undefined) return ask('recall', open)
    const adopted = facts.hits?.find(hit => isNobodys(hit, mapping))
    if (adopted) return ask('adopt', adopted.id, whole)
  }
  return ask('create', value, whole)
}

const ASKING: ReadonlySet<ObjectCall> = new Set(['read', 'search', 'recall'])

const settle = (ending: Extract<Step<never>, { do: 'settle' }>['ending']): Step<never> => ({ do: 'settle', ending })

/** What the product calls the object. */
function uniqueValueOf({ record }: Task, { uniqueProperty }: ObjectMapping): string | undefined {
  const value = record.folded.registers.get(uniqueProperty)?.candidates[0].value
  return value === undefined || value === '' ? undefined : String(value)
}

const noUniqueProperty = (type: ObjectType, name: string): string =>
  `HubSpot’s ${type} have no property ${name} with unique values; run npx vidsync setup, or name one that has (uniqueProperty)`

/** Whether it must be known that an object is new before it is written. */
const willCreate = ({ mode, adoptBy, fields }: ObjectMapping): boolean =>
  mode === 'insert' || adoptBy !== undefined || Object.keys(fields).some(name => isCreateOnly(fields, name))

const isCreateOnly = (fields: ObjectMapping['fields'], name: string): boolean => {
  const field = fields[name]
  return typeof field === 'object' && field.createOnly === true
}

const isNobodys = ({ properties }: HubSpotObject, { uniqueProperty }: ObjectMapping): boolean =>
  (properties[uniqueProperty] ?? '') === ''

const lackingOf = (type: ObjectType): Problem => ({
  code: 'unknown_property',
  message: `HubSpot’s ${type} have no property of this name; create it there and the value follows with the next event that gives it, or any new value, to the object`,
})

/** What the object's values are judged to: the same as a contact's are, but for the unique property. */
function objectPayload(
  task: Task,
  { mapping, schema, type, now, config }: ObjectWorld & { readonly mapping: ObjectMapping },
  creating: boolean,
): Payload {
  const { found } = task.facts
  const grounds: Grounds = {
    delivered: task.delivered,
    schema,
    refused: task.facts.refused,
    timeZone: config.timeZone,
    creating,
    rulesOf: objectRules(mapping),
    lacking: lackingOf(type),
    held: name => (isUnsure(task, name, now) ? 'different' : undefined),
    standing: name => (found === undefined ? undefined : (found?.properties[name] ?? null)),
  }
  const properties: Record<string, string> = {}
  const withheld = new Map<string, Withheld>()
  const confirmed = new Map<string, string>()
  let unread = false
  for (const wish of wishesIn(task.record.folded, grounds)) {
    if (wish.name === mapping.uniqueProperty) continue
    const part = partOf(wish, grounds)
    if (part.send !== undefined) properties[wish.name] = part.send
    if (part.hold) withheld.set(wish.name, part.hold)
    if (part.confirmed !== undefined) confirmed.set(wish.name, part.confirmed)
    unread ||= part.unread === true
  }
  return { properties, withheld, confirmed, unread }
}

const isId = (id: ObjectId): id is Vid => /^\d+$/.test(id)

/** HubSpot has the object under this id: nothing that another one of it was told counts. */
function identifyObject(task: Task, id: ObjectId): void {
  const { vid: before, sent: _, ...kept } = task.delivered
  if (before === id || !isId(id)) return
  task.delivered = { ...kept, vid: id, version: 0, withheld: new Map() }
}

/** What an answer says of one input. */
export function learnObject(input: ObjectInput, fate: Fate, world: ObjectWorld): void {
  const { task, call, tells, mapping } = input
  if (fate.is === 'refused') {
    learnRefusal(input, fate.error)
    return
  }
  const [object] = fate.objects ?? []
  if (call === 'read') {
    task.facts.found = object ?? null
    if (object) identifyObject(task, object.id)
  } else if (call === 'search') {
    task.facts.searched = (fate.objects ?? [])
      .filter(hit => isNobodys(hit, mapping))
      .map(({ id }) => id)
      .sort(byAge)
  } else if (call === 'recall') {
    task.facts.hits = object ? [object] : []
  } else {
    const before = task.delivered.vid
    const { withheld } = objectPayload(task, { ...world, mapping }, call === 'create' || call === 'adopt')
    if (object) identifyObject(task, object.id)
    // Another one than was thought: all values follow.
    if (before !== undefined && object && before !== object.id) return
    for (const name of tells) task.facts.told.add(name)
    const marks = marksOf(input.properties, world.schema, objectRules(mapping))
    task.delivered = {
      ...task.delivered,
      ...sentAfter(task.delivered, marks),
      version: task.record.folded.version,
      withheld,
    }
  }
}

/** Ids rise: the oldest object first. */
const byAge = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1)

function learnRefusal(
  { task, call, mapping, properties, type }: ObjectInput,
  error: Extract<Fate, { is: 'refused' }>['error'],
): void {
  const { facts } = task
  const rejected = { code: 'rejected', message: error.message } as const
  if (call === 'read' || call === 'recall') {
    if (error.code !== 'not_found') facts.trouble = rejected
    else if (call === 'read') facts.found = null
    else facts.hits = []
    return
  }
  if (call === 'update' && error.code === 'not_found') {
    facts.trouble = waitingFor(
      `HubSpot’s ${type} have none with this ${mapping.uniqueProperty}, and none is made (mode: update)`,
    )
    return
  }
  // Gone since it was found: the search is over.
  if (call === 'adopt' && error.code === 'not_found') {
    facts.hits = []
    return
  }
  if (call === 'create' && error.code === 'conflict' && error.existing !== undefined && isAboutId(error, mapping)) {
    identifyObject(task, error.existing)
    return
  }
  const named = error.properties.filter(
    ({ name }) => Object.hasOwn(properties, name) && name !== mapping.uniqueProperty,
  )
  for (const { name, message } of named) facts.refused.set(name, { code: 'rejected', message })
  if (named.length === 0) facts.trouble = rejected
}

/** Whether it is the unique property that another object has: then that object is the one. */
const isAboutId = (
  { properties }: Extract<Fate, { is: 'refused' }>['error'],
  { uniqueProperty }: ObjectMapping,
): boolean => properties.length === 0 || properties.some(({ name }) => name === uniqueProperty)
