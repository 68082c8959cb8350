import { compareStamps } from '../../core/event.ts'
import type { Answer, InputError } from '../../core/hubspot.ts'
import {
  type AssociationResult,
  MOST_ASSOCIATED,
  MOST_ASSOCIATIONS,
  MOST_DISSOCIATIONS,
} from '../../core/hubspot-objects.ts'
import { objectNameOf, objectOf } from '../../core/keys.ts'
import { decideLink, type LinkInput, type LinkWorld, learnLink, newest } from '../../core/kinds/links.ts'
import { type Fate, type Fates, newTask, type Task, waitingFor } from '../../core/kinds/task.ts'
import { wantedLink } from '../../core/mapping/link.ts'
import type { ObjectMapping } from '../../core/mapping-settings.ts'
import type { ContactRecord } from '../../core/record.ts'
import type { ObjectKey, RecordKey } from '../../core/types.ts'
import { type Catalogue, REFUSED } from '../catalogue.ts'
import { ownersOf, readAll } from '../owners.ts'
import type { Session } from '../session.ts'
import type { Teller } from '../wave.ts'

/** Tells which contacts and objects belong together. */
export async function linkTeller(
  session: Session,
  catalogue: Catalogue,
  records: readonly ContactRecord[],
): Promise<Teller<LinkInput> | undefined> {
  const { config, clock, objects, metrics } = session.deps
  const ownerOf = await ownersOf(session, records)
  const targets = new Set(records.flatMap(record => targetOf(record) ?? []))
  const targetRecords = await readAll(session, [...targets])
  const known = new Map<RecordKey, ContactRecord>(targetRecords.map(record => [record.key, record]))
  const idOf = (object: ObjectKey) => {
    const record = known.get(object)
    return record?.delivered.state === 'conflict' ? undefined : record?.delivered.vid
  }
  const mappingOf = ({ key }: ContactRecord): ObjectMapping | undefined => config.objects[objectNameOf(key)]
  const labels = new Map<string, LinkWorld['labels'] | { readonly refused: string }>()
  for (const [name, own] of Map.groupBy(records, ({ key }) => objectNameOf(key))) {
    const mapping = config.objects[name]
    const wanted = own.flatMap(labelsOf)
    if (!mapping || wanted.length === 0) continue
    const found = await catalogue.labels(session, mapping.type ?? name, [...new Set(wanted)])
    if (!found) return undefined
    labels.set(name, 'value' in found ? found.value : { refused: REFUSED('associations', found.refused) })
  }
  const newestOf = newestLinks(records, ownerOf, mappingOf)
  const remade = new Set<ObjectKey>()
  return {
    capability: 'links',
    merges: true,
    most: ({ does }) => MOST[does],
    learn(input, fate) {
      if (fate.is === 'refused' && input.does !== 'dissociate' && isGone(fate.error, input)) {
        input.task.facts.trouble = waitingFor(OBJECT_GONE(objectNameOf(input.task.record.key)))
      } else learnLink(input, fate)
    },
    decide(task) {
      const name = objectNameOf(task.record.key)
      const mapping = config.objects[name]
      if (!mapping) return { do: 'settle', ending: {} }
      const known = labels.get(name) ?? []
      const newer = newestOf(task)
      return decideLink(task, {
        ...{ config, now: clock.now(), mapping, type: mapping.type ?? name, idOf },
        owner: ownerOf(task.record.key),
        labels: 'refused' in known ? [] : known,
        ...(newer ? { newer: { object: targetIdOf(newer, idOf) } } : {}),
      })
    },
    async call(inputs): Promise<Answer<Fates<LinkInput>>> {
      const [first] = inputs
      if (!first) return { kind: 'ok', value: new Map() }
      const { does, type } = first
      if (does === 'read') {
        const answer = await objects.readAssociations(type, [...new Set(inputs.map(({ contact }) => contact))])
        if (answer.kind !== 'ok') return answer
        const associations = Map.groupBy(answer.value, ({ contact }) => contact)
        const fateOf = ({ contact }: LinkInput): Fate => ({ is: 'done', associations: associations.get(contact) ?? [] })
        return { ...answer, value: new Map(inputs.map(input => [input, fateOf(input)])) }
      }
      const answer = await objects[does](type, inputs)
      if (does !== 'dissociate') await makeAgain(session, remade, inputs, errorsOf(answer))
      if (answer.kind !== 'ok') return answer
      const fates = sorted(inputs, answer.value)
      metrics.add('AssociationsChanged', answer.value.done.length)
      return { ...answer, value: fates }
    },
  }
}

const MOST = {
  associate: MOST_ASSOCIATIONS,
  associatePlainly: MOST_ASSOCIATIONS,
  dissociate: MOST_DISSOCIATIONS,
  read: MOST_ASSOCIATED,
} as const

/** Somebody has deleted the object in HubSpot: it is told again as a whole, which makes it anew, and then the link is. */
async function makeAgain(
  session: Session,
  remade: Set<ObjectKey>,
  inputs: readonly LinkInput[],
  errors: readonly InputError[],
): Promise<void> {
  for (const input of inputs) {
    const object = targetOf(input.task.record)
    if (!object || remade.has(object) || !errors.some(error => isGone(error, input))) continue
    remade.add(object)
    await session.sendAgain(object)
  }
}

const isGone = ({ code, ids }: InputError, { object }: LinkInput): boolean =>
  code === 'not_found' && ids.includes(object)

const errorsOf = (answer: Answer<AssociationResult>): readonly InputError[] =>
  answer.kind === 'ok' ? answer.value.errors : answer.kind === 'rejected' ? answer.errors : []

const OBJECT_GONE = (name: string): string =>
  `HubSpot has the object of “${name}” no more; it is told again, and they are joined when it is there`

/** The object to which a link is to lead. */
function targetOf({ key, folded }: ContactRecord): ObjectKey | undefined {
  const wanted = wantedLink(folded)
  return (typeof wanted === 'object' ? wanted.object : undefined) ?? objectOf(key)
}

const targetIdOf = (record: ContactRecord, idOf: LinkWorld['idOf']) => {
  const target = targetOf(record)
  return target && idOf(target)
}

const labelsOf = ({ folded, delivered }: ContactRecord): readonly string[] => {
  const wanted = wantedLink(folded)
  return [...(typeof wanted === 'object' ? wanted.labels : []), ...(delivered.sent?.keys() ?? [])]
}

/** Of people who have but one object, and several ids that have become one: the newest link of each counts. */
function newestLinks(
  records: readonly ContactRecord[],
  ownerOf: Awaited<ReturnType<typeof ownersOf>>,
  mappingOf: (record: ContactRecord) => ObjectMapping | undefined,
): (task: Task) => ContactRecord | undefined {
  const newestByPerson = new Map<string, ContactRecord>()
  const personOf = (record: ContactRecord): string | undefined => {
    const contact = mappingOf(record)?.contact ?? false
    const owner = ownerOf(record.key)
    if (contact === false || !contact.one || owner.is !== 'known') return undefined
    return `${objectNameOf(record.key)} ${owner.key}`
  }
  for (const record of records) {
    const person = personOf(record)
    const before = person === undefined ? undefined : newestByPerson.get(person)
    if (person !== undefined && (!before || isNewer(record, before))) newestByPerson.set(person, record)
  }
  return ({ record }) => {
    const person = personOf(record)
    const best = person === undefined ? undefined : newestByPerson.get(person)
    return best?.key === record.key ? undefined : best
  }
}

function isNewer(a: ContactRecord, b: ContactRecord): boolean {
  const [ours, theirs] = [newest(newTask(a)), newest(newTask(b))]
  return ours !== undefined && (theirs === undefined || compareStamps(ours, theirs) > 0)
}

function sorted(inputs: readonly LinkInput[], { done, errors }: AssociationResult): Map<LinkInput, Fate> {
  const told = new Set(done.map(({ contact, object }) => `${contact} ${object}`))
  const fates = new Map<LinkInput, Fate>()
  for (const input of inputs) {
    const error = errors.find(each => isAbout(each, input)) ?? (inputs.length === 1 ? errors[0] : undefined)
    if (told.has(`${input.contact} ${input.object}`)) fates.set(input, { is: 'done' })
    else if (error) fates.set(input, { is: 'refused', error })
  }
  return fates
}

/** An error that names both ends is about that association alone. */
const isAbout = ({ ids }: InputError, { contact, object }: LinkInput): boolean =>
  (ids.includes(contact) && ids.includes(object)) || (ids.length === 1 && (ids[0] === contact || ids[0] === object))
