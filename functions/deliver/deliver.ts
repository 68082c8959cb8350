import { tryAgain } from '../core/delivery/pause.ts'
import { BATCH_LIMIT } from '../core/hubspot.ts'
import { kindOf } from '../core/keys.ts'
import { contactsCreate } from '../core/mapping/creating.ts'
import type { ContactRecord } from '../core/record.ts'
import type { Schema } from '../core/schema.ts'
import { Deposed, MOST_RECORDS } from '../core/store.ts'
import type { Millis } from '../core/types.ts'
import { MISSING_FOR_SURE, unknownIn } from '../core/unknown.ts'
import { Catalogue } from './catalogue.ts'
import { heal } from './heal.ts'
import { Intake } from './intake.ts'
import { tellOthers } from './kinds.ts'
import { afterCrash, quarantine, takeOverCalls } from './leftovers.ts'
import { createMissing } from './new-properties.ts'
import { PortalReader } from './portal.ts'
import { round } from './round.ts'
import { type DeliverDeps, Session } from './session.ts'

/** `again`: work remains; look again after so many seconds. */
export type Delivery = 'nothing_due' | { readonly again: number }

/** A paused deliverer looks again no later than this, in seconds. */
const LONGEST_REARM = 30
const REARM = 2
/** Less than the ten minutes after which the sweep does the same. */
const EVERYWHERE_EVERY: Millis = 9 * 60_000

/**
 * Makes HubSpot equal to the table. Level-triggered: it looks at what is due, never at what woke it, and may be woken
 * at any time, any number of times. One at a time: a second one that is started takes over, and the first finds its
 * writes refused.
 *
 *     leftovers ─► due ─► read ─► decide ─► journal ─► call ─► settle ─► next round
 *     ▲                                  ✗           ✗       ✗         a crash here …
 *     └── … is found here: calls in the journal are read back before anything else is done
 *
 * It never fails on trouble with HubSpot: work stays due, pauses end by themselves, and the answer says when to look
 * again. It rejects only when the table cannot be reached, or when it has been deposed.
 */
export class Deliverer {
  readonly #deps: DeliverDeps
  readonly #portal = new PortalReader()
  readonly #catalogue = new Catalogue()
  /** Of this process. */
  #first = true
  #everywhereAt = Number.NEGATIVE_INFINITY

  constructor(deps: DeliverDeps) {
    this.#deps = deps
  }

  /** @param deadline by the monotonic clock: no call starts later */
  async run(deadline: Millis): Promise<Delivery> {
    const { token, state } = await this.#deps.store.open()
    const waiting = this.#first ? tryAgain(state, this.#deps.clock.now()) : state
    this.#first = false
    const { state: begun, culprit } = afterCrash(waiting)
    const session = new Session(this.#deps, token, begun, deadline)
    try {
      if (culprit) await quarantine(session, culprit)
      await takeOverCalls(session)
      const delivery = await this.#rounds(session)
      if (session.changed || begun !== state) await session.save({ inRound: false })
      return delivery
    } catch (error) {
      if (!(error instanceof Deposed)) throw error
      this.#deps.log.warn('another deliverer has taken over')
      return 'nothing_due'
    } finally {
      await session.callLog.end()
    }
  }

  /** What an earlier configuration has left behind is looked for at first, and then now and then. */
  #looksEverywhere(): boolean {
    const now = this.#deps.clock.monotonic()
    if (now < this.#everywhereAt) return false
    this.#everywhereAt = now + EVERYWHERE_EVERY
    return true
  }

  async #rounds(session: Session): Promise<Delivery> {
    const { config, clock } = this.#deps
    const intake = new Intake(session, this.#looksEverywhere())
    for (;;) {
      const schema = session.pause ? undefined : await this.#portal.schema(session)
      if (!schema) return later(session)
      const records = await intake.next()
      if (records.length === 0) return nothingDue(session)
      if (!session.open) return later(session)
      const contacts = records.filter(({ key }) => kindOf(key) === 'contact')
      const current = await this.#current(session, schema, contacts)
      if (!current) return later(session)
      await session.save({ inRound: true, ...blame(session, records) })
      if (contacts.length > 0) {
        session.begin(contacts)
        await round(session, contacts, { schema: current, config, now: clock.now() })
        await heal(session, contacts)
      }
      await tellOthers(
        session,
        this.#catalogue,
        records.filter(({ key }) => kindOf(key) !== 'contact'),
      )
      await session.callLog.end()
      this.#resize(session)
    }
  }

  /** The portal's properties: read again, once a minute, where values wait for one that the portal may have by now. */
  async #current(session: Session, schema: Schema, records: readonly ContactRecord[]): Promise<Schema | undefined> {
    const wanting = records.some(({ folded }) => unknownIn(folded, schema).length > 0)
    const known = wanting ? await this.#portal.schema(session, MISSING_FOR_SURE) : schema
    if (!known || !wanting || this.#deps.config.contacts.unmapped !== 'create') return known
    const mayCreate = contactsCreate(this.#deps.config)
    const place = { capability: 'contacts', type: 'contacts', schema: known, mayCreate } as const
    const made = await createMissing(session, place, records)
    if (made === undefined) return undefined
    return made > 0 ? this.#portal.schema(session, 0) : known
  }

  /**
   * A round that came to its end lets the next one be larger. One for which time was too short makes it smaller:
   * what it had read and not written yet is read anew, and a round that never gets to writing would never get anywhere.
   * It stays a full batch at least.
   */
  #resize(session: Session): void {
    const { suspect: _, ...state } = session.state
    const { roundLimit } = state
    const fitted = session.open || session.pause !== undefined
    const next = fitted ? roundLimit * 2 : Math.max(Math.ceil(roundLimit / 2), Math.min(roundLimit, BATCH_LIMIT))
    if (Math.min(next, MOST_RECORDS) === roundLimit) return
    session.state = { ...state, roundLimit: Math.min(next, MOST_RECORDS) }
  }
}

/** Whom to suspect if this round of one ends in a crash. */
function blame(session: Session, records: readonly ContactRecord[]) {
  const [only] = records
  const { roundLimit, suspect } = session.state
  if (roundLimit > 1 || !only) return {}
  return { suspect: suspect?.key === only.key ? suspect : { key: only.key, crashes: 0 } }
}

/** Nothing that can be told now. Where a part of HubSpot pauses for a person to act, the sweep looks often enough. */
function nothingDue(session: Session): Delivery {
  const now = session.deps.clock.now()
  const rests = session.state.pauses.map(({ until }) => until - now).filter(rest => rest > 0)
  const soonest = Math.min(...rests)
  return soonest <= LONGEST_REARM * 1_000 ? again(soonest) : 'nothing_due'
}

const later = (session: Session): Delivery => again((session.pause?.until ?? 0) - session.deps.clock.now())

function again(rest: Millis): Delivery {
  return { again: Math.min(Math.max(Math.ceil(rest / 1_000), REARM), LONGEST_REARM) }
}
