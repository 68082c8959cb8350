import type { Answer } from '../../core/hubspot.ts'
import { type EventDefinition, MOST_OCCURRENCES, type NewEventProperty } from '../../core/hubspot-objects.ts'
import { type Definition, decideEvent, type EventInput, learnEvent, sendsEvents } from '../../core/kinds/events.ts'
import type { Fate, Fates } from '../../core/kinds/task.ts'
import type { ContactRecord } from '../../core/record.ts'
import type { Catalogue } from '../catalogue.ts'
import { ownersOf } from '../owners.ts'
import type { Session } from '../session.ts'
import type { Teller } from '../wave.ts'

/** HubSpot takes 50 properties an event. */
const MOST_PROPERTIES = 50
/** An event gets no more by itself: a product that makes names of ids would fill it without end. */
const MOST_MADE = 100

/** Tells what people have done. */
export async function eventTeller(
  session: Session,
  catalogue: Catalogue,
  records: readonly ContactRecord[],
): Promise<Teller<EventInput> | undefined> {
  const { config, clock, objects, metrics } = session.deps
  const ownerOf = await ownersOf(session, records)
  // Of somebody who is not known yet nothing is sent: no event is defined for them alone.
  const ready = records.filter(({ key, folded }) => folded.occurrence && ownerOf(key).is === 'known')
  const byName = Map.groupBy(sendsEvents(config) ? ready : [], ({ folded }) => folded.occurrence?.name ?? '')
  const known = byName.size === 0 ? NONE : await read(session, catalogue, byName)
  const definitions = new Map<string, Definition>()
  for (const [name, found] of known ?? []) {
    const whole = 'code' in found ? found : await extend(session, catalogue, found, byName.get(name) ?? [])
    if (!whole) continue
    definitions.set(name, 'code' in whole ? whole : { fullName: whole.fullName, properties: new Set(whole.properties) })
  }
  if (known) tellWhatIsLeftOut(session, catalogue, byName, definitions)
  const nameOf = ({ task }: EventInput): string => task.record.folded.occurrence?.name ?? ''
  const isDefined = (name: string): boolean => !('code' in (definitions.get(name) ?? {}))
  const doubted = new Map<string, Promise<void>>()
  /** A refusal that names nobody may be of the event as such, which somebody has deleted: it is one for all of its kind. */
  const readAgain = async (name: string): Promise<void> => {
    catalogue.outdateDefinitions()
    const found = (await read(session, catalogue, new Map([[name, byName.get(name) ?? []]])))?.get(name)
    if (found && 'code' in found) definitions.set(name, found)
  }
  const doubtDefinition = (name: string): Promise<void> => {
    const reading = doubted.get(name) ?? readAgain(name)
    doubted.set(name, reading)
    return reading
  }
  return {
    capability: 'events',
    merges: true,
    most: () => MOST_OCCURRENCES,
    learn(input, fate) {
      const definition = definitions.get(nameOf(input))
      if (fate.is === 'refused' && definition && 'code' in definition) input.task.facts.trouble = definition
      else learnEvent(input, fate)
    },
    decide: task =>
      decideEvent(task, ownerOf(task.record.key), name => definitions.get(name), { config, now: clock.now() }),
    async call(inputs): Promise<Answer<Fates<EventInput>>> {
      const sent = inputs.filter(input => isDefined(nameOf(input)))
      const answer = await objects.sendOccurrences(sent.map(({ occurrence }) => occurrence))
      const [only] = sent
      const nameless = answer.kind === 'rejected' && answer.errors.every(({ properties }) => properties.length === 0)
      if (only && sent.length === 1 && nameless) await doubtDefinition(nameOf(only))
      if (answer.kind !== 'ok') return answer
      metrics.add('EventsSent', sent.length)
      return { ...answer, value: new Map(inputs.map(input => [input, isDefined(nameOf(input)) ? DONE : UNDEFINED])) }
    },
    settled({ record: { folded }, facts }, step) {
      const definition = definitions.get(folded.occurrence?.name ?? '')
      if (step.do === 'settle' && step.ending.forGood && definition && 'fullName' in definition) {
        const leftOut = (name: string) => !definition.properties.has(name) || facts.refused.has(name)
        metrics.add('EventPropertiesLeftOut', [...folded.registers.keys()].filter(leftOut).length)
      }
      if (step.do === 'drop') metrics.add(step.why === 'expired' ? 'EventsExpired' : 'EventsDropped', 1)
    },
  }
}

const NONE: NonNullable<Awaited<ReturnType<Catalogue['definitions']>>> = new Map()
const DONE: Fate = { is: 'done' }
const UNDEFINED: Fate = {
  is: 'refused',
  error: { traces: [], ids: [], code: 'not_found', message: 'HubSpot has no such event', properties: [] },
}

type ByName = ReadonlyMap<string, readonly ContactRecord[]>

const read = (session: Session, catalogue: Catalogue, byName: ByName) =>
  catalogue.definitions(session, byName.keys(), name => sketch(byName.get(name) ?? []))

/** With the properties that its occurrences have and it lacks, where that is wished. `undefined`: it cannot be had now. */
async function extend(
  session: Session,
  catalogue: Catalogue,
  event: EventDefinition,
  records: readonly ContactRecord[],
): Promise<EventDefinition | undefined> {
  if (!session.deps.config.events.create) return event
  const room = MOST_MADE - event.properties.filter(name => !name.startsWith('hs_')).length
  const missing = sketch(records, Number.POSITIVE_INFINITY).filter(({ name }) => !event.properties.includes(name))
  return catalogue.extended(session, event, missing.slice(0, Math.max(0, room)))
}

/** HubSpot takes no occurrence with a property that its event does not have. Said once, since a person can add it there. */
function tellWhatIsLeftOut(
  { deps: { log } }: Session,
  catalogue: Catalogue,
  byName: ByName,
  definitions: ReadonlyMap<string, Definition>,
): void {
  for (const [name, records] of byName) {
    const definition = definitions.get(name)
    if (!definition || 'code' in definition) continue
    const given = new Set(records.flatMap(({ folded }) => [...folded.registers.keys()]))
    const properties = [...given].filter(
      each => !definition.properties.has(each) && catalogue.isNews(`${name} ${each}`),
    )
    if (properties.length === 0) continue
    log.warn('the event has no such properties in HubSpot: they are left out', { event: name, properties })
  }
}

/** The properties with which an event is made: those of its first occurrences, numbers where all of them are. */
function sketch(records: readonly ContactRecord[], most = MOST_PROPERTIES): NewEventProperty[] {
  const types = new Map<string, NewEventProperty['type']>()
  for (const { folded } of records) {
    for (const [name, { candidates }] of folded.registers) {
      // HubSpot's own come with every event.
      if (name.startsWith('hs_')) continue
      const type = typeof candidates[0].value === 'number' ? 'number' : 'string'
      types.set(name, types.get(name) === 'string' ? 'string' : type)
    }
  }
  return [...types].slice(0, most).map(([name, type]) => ({ name, type }))
}
