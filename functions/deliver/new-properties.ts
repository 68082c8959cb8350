import type { ObjectType } from '../core/hubspot-objects.ts'
import { type MayCreate, propertiesToCreate } from '../core/mapping/creating.ts'
import type { ContactRecord } from '../core/record.ts'
import type { Schema } from '../core/schema.ts'
import type { Capability } from '../core/store.ts'
import { Kept } from './kept.ts'
import type { Session } from './session.ts'

interface Place {
  readonly capability: Capability
  readonly type: ObjectType
  readonly schema: Schema
  /** Not what `sync.config.ts` names: those a person makes as they are meant to be. */
  readonly mayCreate: MayCreate
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
  { capability, type, schema, mayCreate }: Place,
  records: readonly ContactRecord[],
): Promise<number | undefined> {
  const { objects, log } = session.deps
  const kept = refusals.get(session.deps) ?? new Kept<void>(capability)
  refusals.set(session.deps, kept)
  let made = 0
  const missing = propertiesToCreate(
    records.map(({ folded }) => folded),
    schema,
    mayCreate,
  )
  for (const property of missing) {
    const { name } = property
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
