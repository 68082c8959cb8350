import type { SeedContact } from '../local/hubspot/inspector.ts'
import { PROPERTIES, randomOf, shuffled, TRAITS } from './workload.ts'

/** How much of it. Of a hundred events 60 are identify, 30 track, 10 group. */
export interface MixedScale {
  readonly events: number
  /** Half of them are contacts in HubSpot before. At most a fifth of the events. */
  readonly users: number
  readonly companies: number
  /** Users whose address changes in the second wave. */
  readonly changes: number
  /** Events that are posted a second time, as a product does that got no answer. */
  readonly repeated: number
}

export interface MixedCall {
  readonly type: 'identify' | 'track' | 'group'
  readonly userId: string
  readonly messageId: string
  readonly timestamp: string
  readonly [field: string]: unknown
}

/** One value, and when it was said: the newest one stands. */
interface Said<Value> {
  readonly value: Value
  readonly time: number
}

class Newest<Value> extends Map<string, Said<Value>> {
  say(name: string, value: Value, time: number): void {
    if ((this.get(name)?.time ?? Number.NEGATIVE_INFINITY) < time) this.set(name, { value, time })
  }
}

/** What must become of one user. */
export interface MixedPerson {
  readonly id: string
  readonly email: Newest<string>
  /** Property → value. */
  readonly values: Newest<string>
  /** Company → labels, or `false` for who has left it. */
  readonly companies: Newest<readonly string[] | false>
  readonly orders: Set<string>
  readonly lists: Newest<boolean>
  readonly subscriptions: Newest<boolean>
}

/** An occurrence that must be in HubSpot exactly once. */
export interface MixedDeed {
  readonly userId: string
  readonly name: string
  readonly at: number
  readonly properties: Readonly<Record<string, string>>
}

const ROLES = [undefined, 'Admin', 'Member', ['Admin', 'Member']] as const
/** Name in the call, and in HubSpot. */
const DEEDS = {
  'Order Completed': 'order_completed',
  'Trial Started': 'trial_started',
  'Trial Ended': 'trial_ended',
  'News Wanted': 'news_wanted',
  'News Unwanted': 'news_unwanted',
  'Account Left': 'account_left',
  'Page Read': 'page_read',
} as const
type Deed = keyof typeof DEEDS

/**
 * What users of a product do, in shuffled order of kinds, users and times: who they are, what they buy, which companies
 * they join and leave, which mails they want. What must become of it is written down beside each call, by the meaning of
 * the specification and of `mixed.config.ts`, without the pipeline's own code. Nobody comes back to mails they have once
 * refused, since HubSpot does not allow it.
 */
export class MixedWorkload {
  readonly scale: MixedScale
  readonly people: readonly MixedPerson[]
  /** Company → property → value. */
  readonly companies = new Map<string, Newest<string>>()
  /** Order → amount. */
  readonly orders = new Newest<string>()
  readonly deeds: MixedDeed[] = []
  /** What HubSpot holds before. */
  readonly contacts: readonly SeedContact[]
  /** In the order of sending. Addresses change in the second one, when everybody is linked. */
  readonly waves: readonly (readonly MixedCall[])[]
  readonly #random: () => number
  readonly #run = Date.now().toString(36)
  readonly #begun: number
  /** Whoever refuses a kind of mail does so at this moment, and never wants it again. */
  readonly #refusals = new Map<string, number>()
  #sequence = 0

  /** @param now the end of the day in which all of it happens, in milliseconds */
  constructor(scale: MixedScale, seed = 1, now = Date.now()) {
    this.scale = scale
    this.#random = randomOf(seed)
    this.#begun = now - 86_400_000
    this.people = Array.from({ length: scale.users }, (_, n) => ({
      id: `user-${n}`,
      email: new Newest<string>(),
      values: new Newest<string>(),
      companies: new Newest<readonly string[] | false>(),
      orders: new Set<string>(),
      lists: new Newest<boolean>(),
      subscriptions: new Newest<boolean>(),
    }))
    this.contacts = this.people.slice(0, scale.users / 2).map(person => {
      const properties = { firstname: 'Old', zip: '70112' }
      for (const [name, value] of Object.entries(properties)) person.values.say(name, value, 0)
      return { email: firstEmail(person), properties }
    })
    this.waves = this.#waves()
  }

  get calls(): number {
    return this.scale.events
  }

  #waves(): MixedCall[][] {
    const { events, users, changes, repeated } = this.scale
    const times = shuffled(events, this.#random)
    const kinds = shuffled(events, this.#random).map(n => n % 10)
    const cut = Math.floor(events * 0.6)
    const arrivals = shuffled(users, this.#random)
    const changers = shuffled(users, this.#random).slice(0, changes)
    const calls = times.map((time, n) => {
      const kind = kinds[n] ?? 0
      const at = this.#begun + time
      if (kind >= 9) return this.#group(this.#anybody(), at)
      if (kind >= 6) return this.#track(this.#anybody(), at)
      const arriving = arrivals.pop()
      if (arriving !== undefined) return this.#identify(this.#person(arriving), at, true)
      const changing = n >= cut ? changers.pop() : undefined
      // A new address is newer than the one before.
      if (changing !== undefined) return this.#change(this.#person(changing), this.#begun + events + n)
      return this.#identify(this.#anybody(), at)
    })
    if (arrivals.length > 0 || changers.length > 0) throw new Error('There are too few events for so many users.')
    const again = shuffled(events, this.#random).slice(0, repeated)
    const sent = calls.map((call, n) => (again.includes(n) ? [call, call] : [call]))
    return [sent.slice(0, cut).flat(), sent.slice(cut).flat()]
  }

  #person(n: number): MixedPerson {
    const person = this.people[n]
    if (!person) throw new Error('There are as many people as users.')
    return person
  }

  #anybody = (): MixedPerson => this.#person(this.#below(this.people.length))
  #below = (limit: number): number => Math.floor(this.#random() * limit)

  #call<Type extends MixedCall['type']>(type: Type, { id }: MixedPerson, time: number, said: object): MixedCall {
    const messageId = `${this.#run}-${++this.#sequence}`
    return { type, userId: id, messageId, timestamp: new Date(time).toISOString(), ...said }
  }

  #identify(person: MixedPerson, time: number, arrives = false): MixedCall {
    const traits: Record<string, unknown> = {}
    if (arrives) {
      traits.email = firstEmail(person)
      person.email.say('email', firstEmail(person), time)
      person.values.say('internal_user_id', person.id, time)
    }
    const first = this.#below(TRAITS.length)
    for (let n = 0; n <= this.#below(3); n++) {
      const trait = TRAITS[(first + n) % TRAITS.length] ?? 'city'
      const value = `${trait} ${++this.#sequence}`
      traits[trait] = value
      person.values.say(PROPERTIES[trait], value, time)
    }
    if (this.#random() < 0.3) {
      traits.vip = this.#random() < 0.5
      person.lists.say('VIP customers', traits.vip === true, time)
    }
    if (this.#random() < 0.3) {
      traits.newsletter = this.#wants(person, 'Newsletter', time)
      person.subscriptions.say('Newsletter', traits.newsletter === true, time)
    }
    return this.#call('identify', person, time, { traits })
  }

  #change(person: MixedPerson, time: number): MixedCall {
    const email = `${person.id}-new@example.com`
    person.email.say('email', email, time)
    return this.#call('identify', person, time, { traits: { email } })
  }

  #group(person: MixedPerson, time: number): MixedCall {
    const groupId = this.#anyCompany()
    const company = this.companies.get(groupId) ?? new Newest<string>()
    this.companies.set(groupId, company)
    const traits: Record<string, unknown> = { name: `Name ${++this.#sequence}` }
    company.say('name', String(traits.name), time)
    if (this.#random() < 0.5) {
      traits.employees = 1 + this.#below(1_000)
      company.say('numberofemployees', String(traits.employees), time)
    }
    const role = ROLES[this.#below(ROLES.length)]
    if (role !== undefined) traits.role = role
    person.companies.say(groupId, [role ?? []].flat(), time)
    return this.#call('group', person, time, { groupId, traits })
  }

  #track(person: MixedPerson, time: number): MixedCall {
    const event = this.#someDeed(person, time)
    const properties: Record<string, string | number> = { nr: ++this.#sequence }
    if (event === 'Order Completed') {
      // One of ten tells an order of before once more, with another total.
      const known = [...person.orders]
      const order = known.length > 0 && this.#random() < 0.1 ? known[0] : undefined
      const [id, total] = [order ?? `order-${this.#sequence}`, 1 + this.#below(10_000)]
      Object.assign(properties, { order_id: id, total })
      person.orders.add(id)
      this.orders.say(id, String(total), time)
    }
    if (event === 'Page Read') properties.page = this.#below(100)
    if (event === 'Trial Started' || event === 'Trial Ended') person.lists.say('Trial', event === 'Trial Started', time)
    if (event === 'News Wanted' || event === 'News Unwanted')
      person.subscriptions.say('Product news', event === 'News Wanted', time)
    if (event === 'Account Left') {
      const joined = [...person.companies.keys()]
      const company = joined.length > 0 && this.#random() < 0.8 ? joined[0] : undefined
      properties.account_id = company ?? this.#anyCompany()
      person.companies.say(properties.account_id, false, time)
    }
    const told = Object.entries(properties).map(([name, value]) => [name, String(value)] as const)
    this.deeds.push({ userId: person.id, name: DEEDS[event], at: time, properties: Object.fromEntries(told) })
    return this.#call('track', person, time, { event, properties })
  }

  #someDeed(person: MixedPerson, time: number): Deed {
    const chance = this.#random()
    if (chance < 0.35) return 'Order Completed'
    if (chance < 0.5) return this.#random() < 0.6 ? 'Trial Started' : 'Trial Ended'
    if (chance < 0.6) return this.#wants(person, 'Product news', time) ? 'News Wanted' : 'News Unwanted'
    return chance < 0.7 ? 'Account Left' : 'Page Read'
  }

  /** Half of the people refuse a kind of mail at some moment. */
  #wants({ id }: MixedPerson, mail: string, time: number): boolean {
    const key = `${id} ${mail}`
    const refusal =
      this.#refusals.get(key) ??
      (this.#random() < 0.5 ? Number.POSITIVE_INFINITY : this.#begun + this.#below(this.scale.events))
    this.#refusals.set(key, refusal)
    return time < refusal
  }

  #anyCompany = (): string => `company-${this.#below(this.scale.companies)}`
}

const firstEmail = ({ id }: MixedPerson): string => `${id}@example.com`
