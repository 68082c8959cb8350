import { coerce } from '../coerce.ts'
import { compareStamps, type Stamp } from '../event.ts'
import { choiceOf, propertyOf } from '../mapping/choice.ts'
import type { Candidate, Register, Scalar } from '../record.ts'
import type { PropertyDefinition } from '../schema.ts'
import { type Draft, sizeOf, subjectOf } from './draft.ts'
import { report, THE_REST } from './problems.ts'
import { admits, isUnknown, LEFT_OUT, makeRoom } from './room.ts'

/** How many values a register keeps while nobody can say which of them HubSpot will take. */
const MOST_CANDIDATES = 5

/** Keeps a value, or tells why not. */
export function judge(draft: Draft, name: string, value: Scalar, stamp: Stamp): void {
  const { schema, config } = draft.world
  const property = schema?.properties.get(propertyOf(name))
  const choice = draft.typed ? choiceOf(name) : undefined
  if (property?.readOnly) {
    report(draft, propertyOf(name), stamp, {
      code: 'read_only',
      message: 'HubSpot does not let this property be written',
    })
  } else if (choice !== undefined) {
    const unfit = property && misfitOf(choice, property, config.timeZone)
    if (unfit === undefined) keep(draft, name, { value, stamp }, undefined)
    else report(draft, propertyOf(name), stamp, { code: 'invalid_value', message: unfit })
  } else {
    const coerced = property ? coerce(value, property, config.timeZone) : undefined
    if (coerced && !coerced.ok) report(draft, name, stamp, { code: 'invalid_value', message: coerced.reason })
    else keep(draft, name, { value: coerced?.value ?? value, stamp }, property)
  }
}

/** Why a choice cannot be added to those that HubSpot holds. */
function misfitOf(choice: string, property: PropertyDefinition, timeZone: string): string | undefined {
  if (property.type !== 'enumeration' || !property.multiple) return 'has one value in HubSpot: nothing can be added'
  const coerced = coerce(choice, property, timeZone)
  return coerced.ok ? undefined : coerced.reason
}

function keep(draft: Draft, name: string, candidate: Candidate, property: PropertyDefinition | undefined): void {
  const register = draft.registers.get(name)
  const known = register?.candidates ?? []
  // What was kept before the schema was known is judged now, as it would be if it came now.
  const { limits, timeZone } = draft.world.config
  const misfits = property ? known.filter(({ value }) => !coerce(value, property, timeZone).ok) : []
  const undecided = draft.typed && (property === undefined || (name === 'email' && draft.addressesOpen))
  const next = merge(
    known.filter(each => !misfits.includes(each)),
    candidate,
    {
      most: undecided ? MOST_CANDIDATES : 1,
      version: { before: register?.version ?? 0, now: draft.version },
      property,
      timeZone,
    },
  )

  const growth = sizeOf(name, next) - (register ? sizeOf(name, register) : 0)
  const unknown = isUnknown(draft, name)
  if (unknown && !register && !admits(draft, { name, register: next })) {
    report(draft, THE_REST, candidate.stamp, LEFT_OUT)
    return
  }
  // There is always room for an address: it is what HubSpot knows people by.
  const room = name === 'email' || (!unknown && makeRoom(draft, register ? 0 : 1, growth, candidate.stamp))
  if (!room && !register && draft.registers.size >= limits.properties) {
    const message = `more than ${limits.properties} properties; the others were left out`
    report(draft, THE_REST, candidate.stamp, { code: 'too_large', message })
    return
  }
  if (!room && growth > 0 && draft.bytes + growth > limits.bytes) {
    const message = `the ${draft.kind === 'contact' ? 'user' : draft.kind}'s values would take more than ${limits.bytes} bytes`
    report(draft, subjectOf(draft, name), candidate.stamp, { code: 'too_large', message })
    return
  }
  draft.bytes += growth
  draft.registers.set(name, next)
  if (unknown) draft.unknownGiven = true
  if (next.version === draft.version && unknown) draft.unknownChanged = true
  else if (next.version === draft.version) draft.changed = true

  const problem = draft.problems.get(subjectOf(draft, name))
  if (problem && compareStamps(problem.stamp, candidate.stamp) < 0) draft.problems.delete(subjectOf(draft, name))
  for (const { value, stamp } of misfits) {
    const judged = property && coerce(value, property, timeZone)
    if (judged && !judged.ok) report(draft, name, stamp, { code: 'invalid_value', message: judged.reason })
  }
}

/** The newest `most` values, each with its newest stamp. The version rises only when the first value changes. */
function merge(
  known: readonly Candidate[],
  candidate: Candidate,
  {
    most,
    version,
    property,
    timeZone,
  }: {
    readonly most: number
    readonly version: { readonly before: number; readonly now: number }
    readonly property: PropertyDefinition | undefined
    readonly timeZone: string
  },
): Register {
  const canonical = ({ value }: Candidate): string => {
    const coerced = property && coerce(value, property, timeZone)
    return coerced?.ok ? coerced.value : JSON.stringify(value)
  }
  const distinct = new Map<string, Candidate>()
  const newestFirst = [...known, candidate].sort(
    // Two values of one stamp can only come from a sender that reuses message ids: any fixed order will do.
    (a, b) => compareStamps(b.stamp, a.stamp) || (canonical(a) < canonical(b) ? 1 : -1),
  )
  for (const each of newestFirst) if (!distinct.has(canonical(each))) distinct.set(canonical(each), each)

  const [first = candidate, ...older] = distinct.values()
  const [before] = known
  const sameValue = before !== undefined && canonical(first) === canonical(before)
  return { candidates: [first, ...older.slice(0, most - 1)], version: sameValue ? version.before : version.now }
}
