import { comparable, sameValue } from '../coerce.ts'
import { fingerprint } from '../fingerprint.ts'
import type { Contact } from '../hubspot.ts'
import type { Rules, RulesOf } from '../mapping/rules.ts'
import type { Delivered, Problem, ProblemCode } from '../record.ts'
import type { PropertyDefinition, Schema } from '../schema.ts'

const EDITED: Problem = {
  code: 'edited',
  message: 'somebody has changed the value in HubSpot, which stays; the next new value is looked at again',
}
const BACKWARD: Problem = {
  code: 'backward',
  message: 'HubSpot has a later stage, and moves no stage back; clear the property first to begin anew',
}

/** Held back for what HubSpot holds: until there is another value, nobody asks again. */
export const isGuarding = (code: ProblemCode): boolean => code === EDITED.code || code === BACKWARD.code

/** What HubSpot is known to hold, in words that can be compared and say nothing. */
export const mark = (value: string, { type }: PropertyDefinition): string => fingerprint(comparable(value, type))

/**
 * Why a value must not take the place of the one that HubSpot holds.
 *
 *     sent last   in HubSpot   wanted
 *         A           A           B      sent
 *         A           C           B      edited
 *         A           –           B      edited: somebody has cleared it
 *         –           –           B      sent
 *         –           C           B      edited: it was never ours
 */
export function obstacleIn(
  theirs: string | null,
  ours: string,
  property: PropertyDefinition,
  rules: Rules,
  sent: Delivered['sent'],
): Problem | undefined {
  if (sameValue(ours, theirs, property.type)) return undefined
  if (rules.forward && isBackward(theirs, ours, property)) return BACKWARD
  if (!rules.keepEdits) return undefined
  const before = sent?.get(property.name)
  const untouched = before === undefined ? !theirs : before === mark(theirs ?? '', property)
  return untouched ? undefined : EDITED
}

/** The stages are in the order of their options. */
function isBackward(theirs: string | null, ours: string, { options = [] }: PropertyDefinition): boolean {
  const placeOf = (stage: string | null): number => options.findIndex(({ value }) => value === stage)
  return placeOf(ours) !== -1 && placeOf(theirs) > placeOf(ours)
}

/** Of what is sent, the marks of properties whose edits are kept: HubSpot holds it from now on. */
export function marksOf(
  properties: Readonly<Record<string, string>>,
  schema: Schema,
  rulesOf: RulesOf,
): [name: string, mark: string][] {
  return Object.entries(properties).flatMap(([name, value]): [string, string][] => {
    const property = schema.properties.get(name)
    return property && rulesOf(name).keepEdits ? [[name, mark(value, property)]] : []
  })
}

/** @param marks of what HubSpot is known to hold, by property */
export function sentAfter(
  { sent: before = new Map() }: Delivered,
  marks: Iterable<readonly [string, string]>,
): Pick<Delivered, 'sent'> {
  const sent = new Map([...before, ...marks])
  return sent.size > 0 ? { sent } : {}
}

/**
 * What a contact holds of what was sent to another: to one that was merged into it, or under another key of the person's.
 * The rest was never there, or is somebody's edit.
 */
export function keptIn(
  contact: Contact,
  sent: readonly Delivered['sent'][],
  { properties }: Schema,
): NonNullable<Delivered['sent']> {
  const marks = sent.flatMap(each => [...(each ?? [])])
  return new Map(
    marks.filter(([name, before]) => {
      const [property, held] = [properties.get(name), contact.properties[name]]
      return property && held && mark(held, property) === before
    }),
  )
}
