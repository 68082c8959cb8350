import type { Answer } from '../../core/hubspot.ts'
import { MOST_OCCURRENCES, type NewEventProperty } from '../../core/hubspot-objects.ts'
import { type Definition, decideEvent, type EventInput, learnEvent, sendsEvents } from '../../core/kinds/events.ts'
import type { Fate, Fates } from '../../core/kinds/task.ts'
import type { ContactRecord } from '../../core/record.ts'
import type { Catalogue } from '../catalogue.ts'
import { ownersOf } from '../owners.ts'
import type { Session } from '../session.ts'
import type { Teller } from '../wave.ts'

/** HubSpot takes 50 properties an event. */
const MOST_PROPERTIES = 50

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
    definitions.set(name, 'code' in found ? found : { fullName: found.fullName, properties: new Set(found.properties) })
  }
  if (known) tellWhatIsLeftOut(session, catalogue, byName, definitions)
  return {
    capability: 'events',
    merges: true,
    most: () => MOST_OCCURRENCES,
    learn: learnEvent,
    decide: task =>
      decideEvent(task, ownerOf(task.record.key), name => definitions.get(name), { config, now: clock.now() }),
    async call(inputs): Promise<Answer<Fates<EventInput>>> {
      const answer = await objects.sendOccurrences(inputs.map(({ occurrence }) => occurrence))
      if (answer.kind !== 'ok') return answer
      metrics.add('EventsSent', inputs.length)
      return { ...answer, value: new Map(inputs.map(input => [input, DONE])) }
    },
    settled(_, step) {
      if (step.do === 'drop') metrics.add(step.why === 'expired' ? 'EventsExpired' : 'EventsDropped', 1)
    },
  }
}

const NONE: NonNullable<Awaited<ReturnType<Catalogue['definitions']>>> = new Map()
const DONE: Fate = { is: 'done' }

type ByName = ReadonlyMap<string, readonly ContactRecord[]>

const read = (session: Session, catalogue: Catalogue, byName: ByName) =>
  catalogue.definitions(session, byName.keys(), name => sketch(byName.get(name) ?? []))

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
function sketch(records: readonly ContactRecord[]): NewEventProperty[] {
  const types = new Map<string, NewEventProperty['type']>()
  for (const { folded } of records) {
    for (const [name, { candidates }] of folded.registers) {
      // HubSpot's own come with every event.
      if (name.startsWith('hs_')) continue
      const type = typeof candidates[0].value === 'number' ? 'number' : 'string'
      types.set(name, types.get(name) === 'string' ? 'string' : type)
    }
  }
  return [...types].slice(0, MOST_PROPERTIES).map(([name, type]) => ({ name, type }))
}
