import type { Config } from '../../functions/core/config.ts'
import { defineConfig } from '../../functions/core/config.ts'
import { newWork, type Work, type World } from '../../functions/core/delivery/work.ts'
import type { Contact } from '../../functions/core/hubspot.ts'
import type { KnownClaim } from '../../functions/core/identity.ts'
import type { ContactRecord, Delivered } from '../../functions/core/record.ts'
import type { Schema } from '../../functions/core/schema.ts'
import type { ClaimKey } from '../../functions/core/store.ts'
import { canonicalEmail, type Json, type RecordKey } from '../../functions/core/types.ts'
import { eventOf, recordOf } from './events.ts'
import { foldEvents } from './folding.ts'
import { deliveredOf, NOON, vidOf } from './records.ts'
import { schemaOf } from './schemas.ts'

export function worldOf(change: { schema?: Schema; config?: Config; now?: number } = {}): World {
  return { schema: schemaOf(), config: defineConfig({}), now: NOON, ...change }
}

/** What is folded when a user says this, then that. */
export function foldedFrom(world: World | undefined, ...traits: readonly { readonly [trait: string]: Json }[]) {
  const events = traits.map((each, n) => eventOf(n + 1, each))
  return foldEvents(undefined, events, { schema: world?.schema, config: worldOf().config, now: NOON }).folded
}

/** A user nobody has delivered yet, who has said this, then that. */
export function newUser(...traits: readonly { readonly [trait: string]: Json }[]): Work {
  return newWork(recordOf(foldedFrom(worldOf(), ...traits)))
}

/** A user whose contact is 501, of whom everything said so far is delivered. */
export function knownUser(
  traits: { readonly [trait: string]: Json },
  change: Partial<Delivered> = {},
  record: Partial<ContactRecord> = {},
): Work {
  const folded = foldedFrom(worldOf(), traits)
  const email = typeof traits.email === 'string' ? { email: canonicalEmail(traits.email) } : {}
  const delivered = deliveredOf(folded.version, { vid: vidOf('501'), ...email, ...change })
  return newWork(recordOf(folded, { delivered, ...record }))
}

/** The same user, who has said something more. */
export function saying(
  work: Work,
  traits: { readonly [trait: string]: Json },
  n = 9,
  schema: Schema | undefined = schemaOf(),
): Work {
  const { record } = work
  const { folded } = foldEvents(record, [eventOf(n, traits)], { schema, config: worldOf().config, now: NOON })
  return newWork({ ...record, folded, delivered: work.delivered, due: { lane: 'live', at: NOON } })
}

export function contactOf(vid: string, properties: Record<string, string | null> = {}, trace?: string): Contact {
  return { vid: vidOf(vid), properties, ...(trace === undefined ? {} : { trace }) }
}

/** Lets a record know a claim, and the record that should back it. */
export function knowClaim(work: Work, key: ClaimKey, owner: RecordKey, ownerRecord?: ContactRecord): void {
  const claim: KnownClaim = { key, owner, ownerRecord }
  work.facts.claims.set(key, claim)
}
