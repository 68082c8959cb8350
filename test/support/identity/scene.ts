import { expect } from 'vitest'
import { uniqueIdOf, wantedEmail } from '../../../functions/core/identity.ts'
import type { ContactRecord } from '../../../functions/core/record.ts'
import { canonicalEmail } from '../../../functions/core/types.ts'
import { Crash, type Passage } from '../gate.ts'
import { type EventOptions, type Pipeline, type PipelineOptions, pipeline } from '../pipeline.ts'
import { Judge } from './judge.ts'
import type { PortalKind } from './portals.ts'

const DAY = 86_400_000
const SLOW = ['conflict', 'rejected', 'verifying'] as const

/** Why a user is not synced, and who stands in the way. */
export interface Unsynced {
  readonly cause: string
  readonly with?: string
}

/** The next event of a user. Without `email` it says nothing of the address; `null` takes it away. */
export interface Saying extends EventOptions {
  readonly email?: string | null
  readonly more?: Readonly<Record<string, string>>
}

/**
 * Users whose every value tells whose it is: a city that is called `u1's city 3` has no business in another's contact.
 *
 *     const s = new Scene(portal)
 *     await s.says('u1', { email: 'alex@example.com' })
 *     await s.quiet()
 *     await s.expectUnsynced({})
 */
export class Scene {
  readonly p: Pipeline
  readonly judge: Judge
  readonly users = new Set<string>()
  readonly #cities = new Map<string, string>()
  #counter = 0

  constructor(portal: Pick<PortalKind, 'switches' | 'version'>, options: PipelineOptions = {}) {
    this.p = pipeline({ ...options, switches: portal.switches, version: portal.version })
    this.judge = new Judge(this.p.hubspot, this.p.config.contacts.uniqueProperty)
  }

  get hubspot() {
    return this.p.hubspot
  }

  /** A user says something; its city is always new. */
  async says(user: string, { email, more = {}, ...options }: Saying = {}): Promise<void> {
    await this.all([[user, email === undefined ? more : { ...more, email }]], options)
  }

  /** Several at the same moment. */
  async all(
    sayings: readonly (readonly [user: string, traits: Readonly<Record<string, string | null>>])[],
    options: EventOptions = {},
  ): Promise<void> {
    const calls = sayings.map(([user, traits]) => {
      this.#counter += 1
      const city = `${user}'s city ${this.#counter}`
      this.users.add(user)
      this.judge.knows(user, traits.email ?? undefined)
      if (!options.ago) this.#cities.set(user, city)
      return [user, { city, ...traits }] as const
    })
    await this.p.identifyAll(calls, options)
  }

  /** A lead says something. */
  async leadSays(email: string, traits: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#counter += 1
    await this.p.identify(undefined, { email, ...traits })
  }

  async quiet(minutes = 40): Promise<void> {
    await this.p.untilQuiet(minutes)
  }

  /** A day and an hour pass, in which everybody's slowest probe comes, each at its own moment. */
  async probe(): Promise<void> {
    const end = this.p.clock.now() + DAY + 3_600_000
    for (;;) {
      await this.quiet()
      const due = await Promise.all(SLOW.map(lane => this.p.store.due(lane, end, 1)))
      const next = Math.min(...due.flat().map(({ at }) => at))
      if (next > end) break
      await this.p.clock.advance(Math.max(next - this.p.clock.now(), 0) + 1)
      await this.p.deliver()
    }
    await this.p.clock.advance(Math.max(end - this.p.clock.now(), 0))
    await this.quiet()
  }

  /** Crashes the next delivery at its n-th call. @returns `undefined` when it ends before */
  async crashAt(call: number, when: Passage['when']): Promise<Crash | undefined> {
    this.p.restart().gate.crashAt(call, when)
    try {
      await this.p.deliver()
      return undefined
    } catch (error) {
      if (error instanceof Crash) return error
      throw error
    } finally {
      this.p.restart()
    }
  }

  /** All users that are not synced, with cause and counterpart. */
  async unsynced(): Promise<Record<string, Unsynced>> {
    const found: Record<string, Unsynced> = {}
    for (const user of this.users) {
      const record = await this.p.user(user)
      const cause = this.#causeOf(record)
      if (cause) found[user] = cause
    }
    return found
  }

  #causeOf(record: ContactRecord): Unsynced | undefined {
    const { delivered } = record
    const withheld = [...delivered.withheld].map(([name, { code }]) => `${name} ${code}`).join()
    if (delivered.state === 'synced' && withheld === '') return undefined
    const cause = delivered.state === 'synced' ? withheld : (delivered.problem?.code ?? delivered.state)
    const other = delivered.problem?.with?.replace(/^user#/, '')
    return other === undefined ? { cause } : { cause, with: other }
  }

  /**
   * Exactly these users are not synced, for these reasons, and all of them are looked at again. Everybody else has one
   * contact, with the newest values and the right primary address. Nobody's value ever got into another's contact.
   */
  async expectUnsynced(expected: Readonly<Record<string, Unsynced>>): Promise<void> {
    expect(await this.unsynced()).toEqual(expected)
    expect(this.judge.offences).toEqual([])
    const live = this.hubspot.contacts()
    const owned = new Map<string, string>()
    for (const user of this.users) {
      const record = await this.p.user(user)
      const { delivered, due } = record
      const id = uniqueIdOf(record.key)
      const carrying = live.filter(({ properties }) => properties.internal_user_id === id)
      expect(carrying.length, `contacts that carry the id of ${user}`).toBeLessThanOrEqual(1)
      if (expected[user]) {
        if (delivered.state !== 'deleted') {
          expect(due, `the next probe of ${user}`).toBeDefined()
          expect((due?.at ?? 0) - this.p.clock.now(), `the next probe of ${user}`).toBeLessThanOrEqual(DAY)
        }
        continue
      }
      const [contact] = carrying
      expect({ user, due, email: contact?.email ?? '', city: contact?.properties.city, vid: contact?.vid }).toEqual({
        user,
        due: undefined,
        email: wantedEmail(record) ?? '',
        city: this.#cities.get(user),
        vid: delivered.vid,
      })
      expect(owned.get(contact?.vid ?? ''), `the owner of ${contact?.vid}`).toBeUndefined()
      owned.set(contact?.vid ?? '', user)
      const claims = await this.p.store.readClaims(delivered.vid ? [`vid#${delivered.vid}`] : [])
      expect([...claims.values()].map(({ owner }) => owner)).toEqual([record.key])
    }
    expect(await this.p.store.leftovers()).toEqual([])
  }

  /** The contacts that carry a user's id. */
  contactsOf(user: string) {
    const id = uniqueIdOf(`user#${user}`)
    return this.hubspot.contacts().filter(({ properties }) => properties.internal_user_id === id)
  }

  /** @throws Error unless there is exactly one */
  contactOf(user: string) {
    const contacts = this.contactsOf(user)
    const [contact] = contacts
    if (!contact || contacts.length > 1) throw new Error(`${user} has ${contacts.length} contacts`)
    return contact
  }

  cityOf(user: string): string | undefined {
    return this.#cities.get(user)
  }

  /** A person takes a further address off a contact. */
  async detachByHand(vid: string, email: string): Promise<void> {
    const { secondaryEmailApi } = this.hubspot.switches
    this.hubspot.setSwitch('secondaryEmailApi', 'served')
    const answer = await this.p.clock.run(
      this.hubspot.handle({
        method: 'DELETE',
        url: `/contacts/v1/secondary-email/${vid}/email/${encodeURIComponent(canonicalEmail(email))}`,
        headers: { authorization: 'Bearer token' },
      }),
    )
    this.hubspot.setSwitch('secondaryEmailApi', secondaryEmailApi)
    if (answer.status >= 300) throw new Error(`not detached: ${answer.status}`)
  }
}
