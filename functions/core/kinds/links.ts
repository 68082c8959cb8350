import { compareStamps, type Stamp } from '../event.ts'
import type { AssociationLabel, ObjectId, ObjectType } from '../hubspot-objects.ts'
import { objectNameOf, objectOf } from '../keys.ts'
import { wantedLink } from '../mapping/link.ts'
import type { ObjectMapping } from '../mapping-settings.ts'
import type { Problem } from '../record.ts'
import type { ObjectKey, Vid } from '../types.ts'
import { endWithout, isBlank, spoken, untold } from './registers.ts'
import { type Fate, type Input, type Moment, type Owner, type Step, type Task, waitingFor } from './task.ts'

/** Joins a contact with an object, parts them, or asks how they are joined. */
export interface LinkInput extends Input {
  readonly does: 'associate' | 'associatePlainly' | 'dissociate' | 'read'
  readonly type: ObjectType
  readonly contact: Vid
  readonly object: ObjectId
  readonly labels: readonly AssociationLabel[]
}

/** What is known beside the link's own record. */
export interface LinkWorld extends Moment {
  readonly mapping: ObjectMapping
  readonly type: ObjectType
  readonly owner: Owner
  /** HubSpot's id of an object; `undefined`: HubSpot does not have it yet. */
  readonly idOf: (object: ObjectKey) => ObjectId | undefined
  /** Every kind of association between contacts and the type. */
  readonly labels: readonly AssociationLabel[]
  /** Where a person has but one object: another id of theirs has a newer link, to this one if HubSpot has it. */
  readonly newer?: { readonly object: ObjectId | undefined }
}

/**
 * Says how a contact is to be joined with an object, or parted from it.
 *
 *     labels by people in HubSpot ──read──┐
 *     labels of ours before ──taken away──┤
 *     labels that are wanted ─────────────┴──► all that the association is to have
 */
export function decideLink(task: Task, world: LinkWorld): Step<LinkInput> {
  const { owner, newer, mapping } = world
  const { delivered, record } = task
  const asked = wantedLink({ registers: spoken(task, owner) })
  if (isBlank(task, owner)) return { do: 'drop', why: 'gone' }
  if (asked === 'nothing') return { do: 'settle', ending: {} }
  const wanted = newer ? undefined : asked
  const key = wanted?.object ?? objectOf(record.key)
  const object = key && world.idOf(key)
  const never = delivered.linked === undefined && (mapping.contact === false || mapping.contact.one || !object)
  if (!wanted && never) return { do: 'settle', ending: {} }
  if (owner.is !== 'known') return { do: 'settle', ending: endWithout(owner) }
  if (wanted && object === undefined) return wait(NO_OBJECT(objectNameOf(record.key)))

  const moved = delivered.vid !== owner.vid || (wanted !== undefined && delivered.linked !== object)
  const due = moved || newer !== undefined || untold(task, owner, false, world.now).length > 0
  const tells = [...record.folded.registers.keys()]
  const told = tells.every(name => task.facts.told.has(name))
  const old = delivered.linked !== undefined && delivered.linked !== object ? [delivered.linked] : []
  const leaving = wanted ? old : [...old, ...(object === undefined ? [] : [object])]
  const parting = due ? leaving.filter(id => id !== newer?.object && !task.facts.parted.has(id)) : []
  const joining =
    wanted && object !== undefined && due && !told ? join(task, owner.vid, object, wanted.labels, world) : []
  if ('code' in joining) return joining.code === 'waiting' ? wait(joining.message) : refuse(joining)
  const part = { ...base(task, world, owner.vid), does: 'dissociate', batch: `dissociate ${world.type}` } as const
  const inputs: LinkInput[] = [
    ...joining,
    ...parting.map(id => ({
      ...{ ...part, object: id, id: pair(world.type, owner.vid, id), names: [owner.vid, id] },
      tells: wanted ? [LEFT] : tells,
    })),
  ]
  if (task.facts.trouble) return refuse(task.facts.trouble)
  if (inputs.length > 0) return { do: 'call', inputs }
  return { do: 'settle', ending: { told: tellingOf(owner.vid, wanted && object, wanted?.labels) } }
}

const wait = (why: string): Step<never> => ({ do: 'settle', ending: { trouble: waitingFor(why) } })
const refuse = (trouble: Problem): Step<never> => ({ do: 'settle', ending: { trouble } })
const NO_OBJECT = (name: string): string =>
  `HubSpot does not have the object of “${name}” yet; they are joined when it has`

/** What is suspect while nobody knows whether the last object was left: to which one the link leads. */
const LEFT = 'object'

const pair = (type: ObjectType, contact: Vid, object: ObjectId): string => `${type} ${contact} ${object}`

const base = (task: Task, { type }: LinkWorld, contact: Vid) => ({
  task,
  type,
  contact,
  labels: [],
  stamp: newest(task),
})

/** When the link was last spoken of. */
export const newest = ({ record }: Task): Stamp | undefined =>
  [...record.folded.registers.values()]
    .map(({ candidates: [{ stamp }] }) => stamp)
    .sort(compareStamps)
    .at(-1)

function join(
  task: Task,
  contact: Vid,
  object: ObjectId,
  names: readonly string[],
  world: LinkWorld,
): LinkInput[] | Problem {
  const { type } = world
  const common = { ...base(task, world, contact), object, names: [contact, object] }
  const tells = [...task.record.folded.registers.keys()]
  const input = {
    ...common,
    does: 'associate',
    batch: `associate ${type}`,
    id: pair(type, contact, object),
    tells,
  } as const
  const before = [...(task.delivered.sent?.keys() ?? [])]
  // Nobody of ours has ever given a label: the plain association takes none away.
  if (names.length === 0 && before.length === 0)
    return [{ ...input, does: 'associatePlainly', batch: `associatePlainly ${type}` }]
  const known = new Map(world.labels.flatMap(label => (label.label === null ? [] : [[label.label, label] as const])))
  const missing = names.find(name => !known.has(name))
  if (missing !== undefined) return waitingFor(NO_LABEL(missing, type))
  const { associations } = task.facts
  if (!associations) {
    return [{ ...common, does: 'read', batch: `read ${type}`, id: `read ${type} ${contact}`, tells: [] }]
  }
  const ours = new Set([...before, ...configured(world.mapping)])
  const has = associations.find(each => each.contact === contact && each.object === object)?.labels ?? []
  const theirs = has.filter(({ label }) => label !== null && !ours.has(label))
  const wanted = names.flatMap(name => known.get(name) ?? [])
  const all = new Map([...theirs, ...wanted].map(label => [`${label.category} ${label.typeId}`, label]))
  const plain = world.labels.filter(({ label }) => label === null).slice(0, 1)
  return [{ ...input, labels: all.size > 0 ? [...all.values()] : plain }]
}

const NO_LABEL = (label: string, type: ObjectType): string =>
  `HubSpot has no label “${label}” for associations of contacts with ${type}; make it there, or run npx vidsync setup if it stands in labels`

const configured = ({ contact }: ObjectMapping): readonly string[] => (contact === false ? [] : contact.labels)

/** What has been told, for the next time: `sent` names the labels that are ours. */
const tellingOf = (vid: Vid, linked: ObjectId | undefined, labels: readonly string[] = []) => ({
  vid,
  linked: linked ?? '',
  sent: new Map(labels.map(label => [label, ''])),
})

/** What an answer says of one input. */
export function learnLink({ task: { facts }, does, object, tells }: LinkInput, fate: Fate): void {
  if (fate.is === 'refused') facts.trouble = { code: 'rejected', message: fate.error.message }
  else if (does === 'read') facts.associations = fate.associations ?? []
  else {
    if (does === 'dissociate') facts.parted.add(object)
    for (const name of tells) facts.told.add(name)
  }
}
