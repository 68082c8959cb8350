import type { SeedContact, SeenContact } from '../local/hubspot/inspector.ts'

export interface Identify {
  readonly type: 'identify'
  readonly userId: string
  readonly messageId: string
  readonly timestamp: string
  readonly traits: Readonly<Record<string, string>>
}

export interface Verdict {
  /** Users without a contact. */
  readonly missing: number
  /** Users whose contact has any value that it should not have. */
  readonly wrong: number
  /** Contacts beyond one a user. */
  readonly duplicate: number
  /** The first thing that is not as it should be. */
  readonly example?: string
}

/** Trait → property. Written down here once more, so that the bench does not believe what it measures. */
export const PROPERTIES = {
  firstName: 'firstname',
  lastName: 'lastname',
  phone: 'phone',
  city: 'city',
  company: 'company',
  jobTitle: 'jobtitle',
} as const
export const TRAITS = ['firstName', 'lastName', 'phone', 'city', 'company', 'jobTitle'] as const

/** One to three of them. */
export function someTraits(random: () => number): (typeof TRAITS)[number][] {
  const first = Math.floor(random() * TRAITS.length)
  const count = 1 + Math.floor(random() * 3)
  return Array.from({ length: count }, (_, n) => TRAITS[(first + n) % TRAITS.length] ?? 'city')
}

/** Belongs to HubSpot's people: nobody sends it, nobody may change it. */
const UNTOUCHED = { zip: '70112' }

interface Expected {
  readonly email: string
  readonly values: Map<string, { value: string; time: number }>
}

/**
 * Partial identify events of so many users, half of whom HubSpot knows by email, and what their contacts must hold in
 * the end. Every user's first event has the email; every event changes one to three other traits. Within a burst, event
 * times are shuffled against the order of sending, so that the last one sent is often not the newest.
 */
export class Workload {
  readonly users: number
  readonly #random: () => number
  readonly #expected = new Map<string, Expected>()
  readonly #run = Date.now().toString(36)
  /** Event times lie in the past: receive clamps those that do not. */
  #time = Date.now() - 86_400_000
  #sequence = 0

  constructor(users: number, seed = 1) {
    this.users = users
    this.#random = randomOf(seed)
  }

  /** The contacts that HubSpot has before. */
  contacts(): SeedContact[] {
    return Array.from({ length: this.users / 2 }, (_, user) => {
      const properties = { firstname: 'Old', ...UNTOUCHED }
      const values = Object.entries(properties).map(([name, value]) => [name, { value, time: 0 }] as const)
      this.#expected.set(userId(user), { email: email(user), values: new Map(values) })
      return { email: email(user), properties }
    })
  }

  /** So many events; the first ones are one of each user. */
  burst(events: number): Identify[] {
    const times = shuffled(events, this.#random)
    const begun = this.#time
    this.#time += events
    return times.map((time, n) => {
      const user = n < this.users ? n : Math.floor(this.#random() * this.users)
      return this.event(user, begun + time)
    })
  }

  /** One event of one user, newer than all before. A number that is not among `users` is one more user. */
  event(user: number, time = this.#time++): Identify {
    const id = userId(user)
    const isFirst = !this.#expected.get(id)?.values.has('internal_user_id')
    const expected = this.#expected.get(id) ?? { email: email(user), values: new Map() }
    this.#expected.set(id, expected)
    const traits: Record<string, string> = isFirst ? { email: email(user) } : {}
    if (isFirst) expected.values.set('internal_user_id', { value: id, time: 0 })
    for (const trait of someTraits(this.#random)) {
      const value = `${trait} ${++this.#sequence}`
      traits[trait] = value
      const property = PROPERTIES[trait]
      if ((expected.values.get(property)?.time ?? 0) < time) expected.values.set(property, { value, time })
    }
    return this.#identify(id, traits, time)
  }

  /** So many events, newer than all before, that say what is known already. */
  unchanged(events: number): Identify[] {
    return Array.from({ length: events }, (_, n) => {
      const id = userId(n % this.users)
      const values = this.#expected.get(id)?.values
      const said = TRAITS.flatMap(trait => {
        const known = values?.get(PROPERTIES[trait])
        // What was never sent is news, also when HubSpot happens to have it.
        return known && known.time > 0 ? [[trait, known.value] as const] : []
      })
      return this.#identify(id, { email: email(n % this.users), ...Object.fromEntries(said) }, this.#time++)
    })
  }

  judge(contacts: readonly SeenContact[]): Verdict {
    const byUser = new Map(contacts.map(contact => [contact.properties.internal_user_id, contact]))
    let missing = 0
    let wrong = 0
    let example: string | undefined
    for (const [id, { email: address, values }] of this.#expected) {
      const contact = byUser.get(id)
      const expected = [['email', address] as const, ...[...values].map(([name, { value }]) => [name, value] as const)]
      const names = ['email', 'internal_user_id', ...Object.values(PROPERTIES), ...Object.keys(UNTOUCHED)]
      const held = new Map(names.map(name => [name, contact?.properties[name]]))
      const differing = contact && names.find(name => held.get(name) !== new Map(expected).get(name))
      if (!contact) missing++
      if (differing) wrong++
      if (!contact) example ??= `${id} has no contact`
      else if (differing) example ??= `${id} has ${differing} ${held.get(differing)}`
    }
    const duplicate = Math.max(0, contacts.length - this.#expected.size)
    return { missing, wrong, duplicate, ...(example !== undefined && { example }) }
  }

  #identify(id: string, traits: Record<string, string>, time: number): Identify {
    const messageId = `${this.#run}-${++this.#sequence}`
    return { type: 'identify', userId: id, messageId, timestamp: new Date(time).toISOString(), traits }
  }
}

const userId = (user: number) => `user-${user}`
const email = (user: number) => `user-${user}@example.com`

/** 0 … count-1 in another order. */
export function shuffled(count: number, random: () => number): number[] {
  const numbers = Array.from({ length: count }, (_, n) => n)
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const [a = 0, b = 0] = [numbers[last], numbers[other]]
    numbers[last] = b
    numbers[other] = a
  }
  return numbers
}

/** The same numbers below 1 for the same seed: mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
