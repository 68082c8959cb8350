import type { Config } from '../../functions/core/config.ts'
import type { UserEvent } from '../../functions/core/event.ts'
import { type Kind, kindOf, objectNameOf, ownerOf } from '../../functions/core/keys.ts'
import type { Saying } from '../../functions/core/mapping/saying.ts'
import type { ContactRecord, Scalar } from '../../functions/core/record.ts'
import type { RecordKey } from '../../functions/core/types.ts'
import type { Rehearsal } from './rehearse.ts'
import type { Sources } from './sources.ts'
import type { RehearsedCall } from './stage.ts'

/** What becomes of one value. */
export interface ExplainedValue {
  /** The property, the label, the list, … */
  readonly name: string
  /** Paths in the call; empty: the configuration gives it. */
  readonly from: readonly string[]
  readonly value: Scalar | null
  /** `held`: HubSpot has it already, or takes it only with a new record. */
  readonly outcome: 'sent' | 'held' | 'not_sent' | 'waits'
  /** As HubSpot gets it. */
  readonly sent?: string
  readonly reason?: string
}

/** What an event does to one record. */
export interface ExplainedRecord {
  readonly kind: Kind
  /** For people: `contact of user u1`. */
  readonly title: string
  readonly values: readonly ExplainedValue[]
  /** Why the record as a whole does not get to HubSpot. */
  readonly trouble?: string
}

export interface ExplainedEvent {
  readonly type: UserEvent['type']
  readonly records: readonly ExplainedRecord[]
  /** Traits and properties of which nothing becomes anything. */
  readonly unused: readonly string[]
}

/**
 * Says what became of everything that an event says, by what the rehearsal has left behind.
 * @param asOfPortal brings a sentence about the stage into the words of the portal
 */
export function explain(
  event: UserEvent,
  sayings: readonly Saying[],
  sources: Sources,
  rehearsal: Rehearsal,
  config: Config,
  asOfPortal: (words: string) => string,
): ExplainedEvent {
  const records = sayings.map(saying => {
    const { key, occurrence } = saying
    const record = rehearsal.records.get(key)
    const inputs = inputsOf(saying, record, rehearsal, config)
    const name = occurrence ? ` ${occurrence.name}` : ''
    const trouble = troubleOf(record)
    return {
      kind: kindOf(key),
      title: titleOf(key) + name,
      values: [...saying.wishes].map(([register, wish]): ExplainedValue => {
        const value = 'value' in wish ? wish.value : null
        const common = { name: register, from: sources.of(key, register), value }
        if ('unfit' in wish) return { ...common, outcome: 'not_sent', reason: wish.unfit }
        return { ...common, ...fateOf(key, register, record, inputs) }
      }),
      ...(trouble === undefined ? {} : { trouble: asOfPortal(trouble) }),
    }
  })
  return { type: event.type, records, unused: sources.unused }
}

function troubleOf(record: ContactRecord | undefined): string | undefined {
  if (!record) return 'It cannot be folded, and is parked for a person to look at.'
  return record.delivered.problem?.message
}

type Fate = Pick<ExplainedValue, 'outcome' | 'sent' | 'reason'>

function fateOf(key: RecordKey, register: string, record: ContactRecord | undefined, inputs: readonly Input[]): Fate {
  if (!record) return { outcome: 'not_sent' }
  const { folded, delivered } = record
  const problem = delivered.withheld.get(register) ?? folded.problems.get(register)
  const kind = kindOf(key)
  const sent = kind === 'contact' || kind === 'object' || kind === 'event' ? sentValue(inputs, register) : undefined
  if (problem) return { outcome: 'not_sent', reason: problem.message, ...(sent === undefined ? {} : { sent }) }
  const given = folded.registers.get(register)
  if (given && given.version > delivered.version)
    return { outcome: delivered.state === 'rejected' ? 'not_sent' : 'waits' }
  if (sent !== undefined) return { outcome: 'sent', sent }
  if (kind === 'event' && delivered.version >= folded.version)
    return { outcome: 'not_sent', reason: 'HubSpot’s definition of the event has no such property; add it there' }
  if (kind === 'contact' || kind === 'object') return { outcome: 'held' }
  return { outcome: 'sent' }
}

/** What was written to a record: several of its kind may share a call. */
function inputsOf(
  { key, occurrence }: Saying,
  record: ContactRecord | undefined,
  { records, calls }: Rehearsal,
  config: Config,
): readonly Input[] {
  const inputs = calls.filter(isWrite).flatMap(({ body }) => inputsIn(body))
  if ([...records.keys()].filter(other => kindOf(other) === kindOf(key)).length === 1) return inputs
  const { vid } = record?.delivered ?? {}
  const isContact = kindOf(key) === 'contact'
  const unique = isContact
    ? key.startsWith('lead#')
      ? 'email'
      : config.contacts.uniqueProperty
    : config.objects[objectNameOf(key)]?.uniqueProperty
  const id = (isContact ? key.slice(key.indexOf('#') + 1) : idIn(key)).toLowerCase()
  const isTheId = (given: unknown) => id !== '' && String(given).toLowerCase() === id
  return inputs.filter(input => {
    if (occurrence) return input.uuid === occurrence.uuid
    if (input.idProperty !== undefined) return input.idProperty === unique && isTheId(input.id)
    if (input.id !== undefined) return String(input.id) === vid
    return unique !== undefined && isTheId(input.properties?.[unique])
  })
}

/** The value of a property where it was written last. */
function sentValue(inputs: readonly Input[], register: string): string | undefined {
  const [property = register] = register.split(';')
  return inputs
    .flatMap(({ properties, id, idProperty }) => {
      if (properties && Object.hasOwn(properties, property)) return [String(properties[property])]
      return idProperty === property && id !== undefined ? [String(id)] : []
    })
    .at(-1)
}

export const isWrite = ({ method, path }: RehearsedCall): boolean =>
  method !== 'GET' && !/\/(batch\/read|search)$/.test(path)

interface Input {
  readonly properties?: Readonly<Record<string, unknown>>
  /** The value of a unique property, where `idProperty` names one. */
  readonly id?: unknown
  readonly idProperty?: unknown
  /** Of an event. */
  readonly uuid?: unknown
}

function inputsIn(body: unknown): Input[] {
  if (typeof body !== 'object' || body === null) return []
  const inputs: unknown = 'inputs' in body ? body.inputs : [body]
  return Array.isArray(inputs) ? inputs.filter(isInput) : []
}

const isInput = (given: unknown): given is Input =>
  typeof given === 'object' && given !== null && 'properties' in given && typeof given.properties === 'object'

/** Records in words; keys are for the table. */
function titleOf(key: RecordKey): string {
  const owner = personIn(ownerOf(key) ?? key)
  switch (kindOf(key)) {
    case 'contact':
      return `contact of ${owner}`
    case 'object':
      return `${objectNameOf(key)} ${idIn(key)}`
    case 'link':
      return `association of ${owner} with ${objectNameOf(key)} ${idIn(key)}`.trimEnd()
    case 'lists':
      return `lists of ${owner}`
    case 'subscriptions':
      return `subscriptions of ${owner}`
    case 'event':
      return `event of ${owner}:`
  }
}

const personIn = (key: string): string =>
  key.startsWith('lead#') ? `lead ${key.slice('lead#'.length)}` : `user ${key.slice('user#'.length)}`

function idIn(key: RecordKey): string {
  const [token = ''] = (key.split('#')[2] ?? '').split('@')
  try {
    return token.startsWith('~') ? '' : decodeURIComponent(token)
  } catch {
    return token
  }
}
