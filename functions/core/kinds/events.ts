import { plainText } from '../coerce.ts'
import type { Config } from '../config.ts'
import type { OccurrenceInput } from '../hubspot-objects.ts'
import type { Occurrence, Problem } from '../record.ts'
import { deletedAt } from './owner.ts'
import { endWithout, heldBack } from './registers.ts'
import { type Fate, type Input, type Moment, type Owner, type Step, type Task, waitingFor } from './task.ts'

export interface EventInput extends Input {
  readonly occurrence: OccurrenceInput
}

/** What HubSpot knows of an event of a name: its whole name and its properties, or what is wrong. */
export type Definition = { readonly fullName: string; readonly properties: ReadonlySet<string> } | Problem

const DAY = 86_400_000

/**
 * Says what is to be told of something that a person has done. Without definitions, which HubSpot may not tell for a long
 * time, it says at least what has waited too long. It waits for the person's contact, follows the properties
 * that are on their way to it, and is told once: HubSpot takes only the first occurrence of a uuid.
 */
export function decideEvent(
  task: Task,
  owner: Owner,
  definitionOf: (name: string) => Definition | undefined,
  { now, config }: Moment,
): Step<EventInput> {
  const { record, facts } = task
  const { occurrence, deletion } = record.folded
  if ((deletion && !occurrence) || (occurrence && isGone(occurrence, owner))) return { do: 'drop', why: 'gone' }
  if (facts.told.size > 0) return { do: 'settle', ending: { forGood: true } }
  if (now - record.folded.updatedAt >= config.events.expireAfter * DAY) return { do: 'drop', why: 'expired' }
  if (!occurrence) return { do: 'settle', ending: { trouble: NAMELESS } }
  if (facts.trouble) return { do: 'settle', ending: { trouble: facts.trouble, withheld: heldBack(task) } }
  if (!sendsEvents(config)) return { do: 'settle', ending: { trouble: UNWANTED } }
  if (owner.is !== 'known') return { do: 'settle', ending: endWithout(owner) }
  const definition = definitionOf(occurrence.name)
  if (!definition) return { do: 'leave' }
  if ('code' in definition) return { do: 'settle', ending: { trouble: definition } }
  if (owner.busy) return { do: 'later' }
  const { name: _, ...when } = occurrence
  const input = {
    task,
    batch: 'occurrences',
    id: occurrence.uuid,
    stamp: undefined,
    tells: [TOLD],
    occurrence: {
      eventName: definition.fullName,
      objectId: owner.vid,
      occurredAt: when.at,
      uuid: when.uuid,
      ...(when.utk === undefined ? {} : { utk: when.utk }),
      properties: propertiesOf(task, definition.properties),
    },
  }
  return { do: 'call', inputs: [input] }
}

/** An event has no registers that could be told alone. */
const TOLD = 'event'

const NAMELESS: Problem = {
  code: 'rejected',
  message: 'the call has no name that HubSpot takes for an event; give it one in sync.config.ts (events.names)',
}

const UNWANTED = waitingFor('sync.config.ts sends no events any more; it is told when it does again')

/** Whether the configuration has any use for events. */
export const sendsEvents = ({ events: { track, page, screen } }: Config): boolean => track || page || screen

/** What happened before the person was deleted is nobody's business any more; they may have come back since. */
function isGone({ at }: Occurrence, owner: Owner): boolean {
  const since = deletedAt(owner)
  return since === undefined ? owner.is === 'gone' : at <= since
}

/** The properties that the event has in HubSpot, but those that HubSpot has refused: it takes no occurrence with others. */
function propertiesOf({ record, facts }: Task, known: ReadonlySet<string>): Record<string, string> {
  const fitting = [...record.folded.registers].filter(([name]) => known.has(name) && !facts.refused.has(name))
  return Object.fromEntries(fitting.map(([name, { candidates }]) => [name, plainText(candidates[0].value)]))
}

/** What HubSpot's word means that was said of this occurrence alone. */
export function learnEvent({ task, occurrence, tells }: EventInput, fate: Fate): void {
  const { facts } = task
  if (fate.is === 'done') {
    for (const name of tells) facts.told.add(name)
    return
  }
  const named = fate.error.properties.filter(({ name }) => Object.hasOwn(occurrence.properties, name))
  for (const { name, message } of named) facts.refused.set(name, { code: 'rejected', message })
  if (named.length === 0) facts.trouble = { code: 'rejected', message: fate.error.message }
}
