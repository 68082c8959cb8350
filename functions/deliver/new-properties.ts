import { type Config, DEFAULT_TRAITS } from '../core/config.ts'
import type { NewProperty, ObjectType } from '../core/hubspot-objects.ts'
import type { ContactRecord, Scalar } from '../core/record.ts'
import type { Schema } from '../core/schema.ts'
import type { Capability } from '../core/store.ts'
import { unknownIn } from '../core/unknown.ts'
import { Kept } from './kept.ts'
import type { Session } from './session.ts'

interface Place {
  readonly capability: Capability
  readonly type: ObjectType
  readonly schema: Schema
  /** Whether `sync.config.ts` names the property: those a person makes as they are meant to be. */
  readonly isMapped: (property: string) => boolean
}

/** What HubSpot would not make is not asked for again while the process knows it. */
const refusals = new WeakMap<Session['deps'], Kept<void>>()

/**
 * Makes the properties that values which nothing maps have none for, before they are sent (`unmapped: 'create'`). One
 * that HubSpot refuses stays a problem of its values.
 * @returns how many were made; `undefined`: it cannot be known now
 */
export async function createMissing(
  session: Session,
  { capability, type, schema, isMapped }: Place,
  records: readonly ContactRecord[],
): Promise<number | undefined> {
  const { objects, log } = session.deps
  const kept = refusals.get(session.deps) ?? new Kept<void>(capability)
  refusals.set(session.deps, kept)
  const values = new Map<string, Scalar[]>()
  for (const { folded } of records) {
    for (const name of unknownIn(folded, schema)) {
      const given = folded.registers.get(name)?.candidates.map(({ value }) => value) ?? []
      values.set(name, [...(values.get(name) ?? []), ...given])
    }
  }
  let made = 0
  for (const [name, given] of values) {
    if (isMapped(name) || !/^[a-z][a-z0-9_]{0,99}$/.test(name) || given.length === 0) continue
    const property = { name, label: labelOf(name), type: typeOf(given) }
    const known = await kept.get(
      session,
      `${type} ${name}`,
      () => objects.createProperty(type, property),
      undefined,
      true,
    )
    if (!known) return undefined
    if ('refused' in known)
      log.warn('HubSpot would not make a property', { type, property: name, reason: known.refused })
    else {
      made += 1
      kept.forget(`${type} ${name}`)
      log.info('a property was made in HubSpot', { type, property: name, as: property.type })
    }
  }
  return made
}

/** The contact properties that the configuration names. */
export function mappedProperties({ contacts }: Config): (property: string) => boolean {
  const { uniqueProperty, traits, fields, createOnly } = contacts
  const named = [...Object.values(DEFAULT_TRAITS), ...Object.values(traits), ...Object.keys(fields), ...createOnly]
  const mapped = new Set<unknown>([uniqueProperty, ...named])
  return property => mapped.has(property)
}

const labelOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ')

/** The narrowest type that takes all values; a text where they differ. An empty value says nothing. */
function typeOf(values: readonly Scalar[]): NewProperty['type'] {
  const types = new Set(values.filter(value => value !== '').map(typeOfOne))
  const [only] = types
  return types.size === 1 && only ? only : 'string'
}

function typeOfOne(value: Scalar): NewProperty['type'] {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'bool'
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return 'date'
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(value) ? 'datetime' : 'string'
}
