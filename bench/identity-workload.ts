import type { SeedContact } from '../local/hubspot/inspector.ts'
import type { FaultRule } from '../local/hubspot/traffic/faults.ts'
import { type Identify, PROPERTIES, randomOf, shuffled, someTraits } from './workload.ts'

/** What is hard about a workload. Each is the clean one and one difficulty. */
export const VARIANTS = [
  'clean',
  'the email changes',
  'the email changes, the browser was first',
  'two users on one contact',
  'answers lost',
  'wrongly typed values',
] as const
export type Variant = (typeof VARIANTS)[number]

/** How much of it. */
export interface Scale {
  readonly events: number
  /** Half of them are contacts in HubSpot before. */
  readonly users: number
  /** Users whose email changes: half of them known before. */
  readonly changes: number
  /** Pairs of users known before, the second one by a secondary email of the first one's contact. */
  readonly pairs: number
  /** Every so many writes lose their answer, in the workload of that name. */
  readonly lostEvery: number
}

/** What must become of one user, written down without the pipeline's own code. */
export interface Person {
  readonly id: string
  /** Those that the product has given, in order: the last one must be the contact's. */
  readonly addresses: string[]
  readonly knownBefore: boolean
  /** Property → what must be there in the end, and whether one of our events said so. */
  readonly values: Map<string, { readonly value: string; readonly time: number; readonly event?: string }>
  /** Whose contact it is that has this one's address as a secondary email: no contact of one's own, `conflict`. */
  readonly sharesWith?: string
  /** The property for which a value came that its type does not allow. */
  problem?: string
}

/** Values that the type of their property does not allow: numbers, dates and choices of the portal's own properties. */
const WRONGLY_TYPED: readonly (readonly [property: string, value: string])[] = [
  ['followercount', 'many'],
  ['kloutscoregeneral', 'n/a'],
  ['closedate', 'someday'],
  ['hs_language', 'Klingon'],
  ['lifecyclestage', 'astronaut'],
  ['followercount', '1,000 or so'],
  ['closedate', '2026-02-31'],
  ['hs_lead_status', 'LUKEWARM'],
  ['hs_buying_role', 'THE_BOSS'],
  ['closedate', '31.12.2026'],
]

/** Every so many writes one is carried out, and its answer never comes. */
const losesAnswers = (every: number): FaultRule => ({
  match: { method: 'POST', path: 'contacts/(batch/(create|update)|merge)', nth: { every } },
  fault: { kind: 'drop', when: 'after' },
})

/** One posting of events, and the addresses under which a browser makes contacts before it. */
export interface Wave {
  readonly browsed: readonly string[]
  readonly events: readonly Identify[]
}

/**
 * Partial identify events over users of whom HubSpot knows half by email. The first event of each brings the email, every
 * one brings one to three other traits; event times are shuffled against the order of sending. They come in two waves,
 * so that the changes of an email meet users whom the pipeline has linked.
 */
export class IdentityWorkload {
  readonly variant: Variant
  readonly scale: Scale
  readonly people: readonly Person[]
  readonly contacts: readonly SeedContact[]
  readonly waves: readonly Wave[]
  readonly fault: FaultRule | undefined
  /** Every value sent, and whose it is. */
  readonly authors = new Map<string, string>()
  readonly #random = randomOf(1)
  readonly #run = Date.now().toString(36)
  #sequence = 0

  constructor(variant: Variant, scale: Scale) {
    this.variant = variant
    this.scale = scale
    this.people = Array.from({ length: scale.users }, (_, n) => this.#person(n))
    this.contacts = this.people.flatMap(person => this.#seed(person))
    this.waves = this.#waves()
    this.fault = variant === 'answers lost' ? losesAnswers(scale.lostEvery) : undefined
  }

  #person(n: number): Person {
    const { users, pairs } = this.scale
    const knownBefore = n < users / 2
    const isSecond = this.variant === 'two users on one contact' && n >= pairs && n < 2 * pairs
    const values = new Map([['internal_user_id', { value: userId(n), time: 0 }]])
    // Belongs to HubSpot's people: nobody sends it, nobody may change it.
    if (knownBefore) values.set('zip', { value: '70112', time: 0 }).set('firstname', { value: 'Old', time: 0 })
    const shares = isSecond ? { sharesWith: userId(n - pairs) } : {}
    return { id: userId(n), addresses: [`${userId(n)}@example.com`], knownBefore, values, ...shares }
  }

  #seed({ id, addresses, knownBefore, sharesWith }: Person): SeedContact[] {
    if (!knownBefore || sharesWith !== undefined) return []
    const [email = ''] = addresses
    const second = this.people.find(other => other.sharesWith === id)
    const properties = { firstname: 'Old', zip: '70112' }
    return [{ email, properties, ...(second && { secondaryEmails: second.addresses }) }]
  }

  #waves(): Wave[] {
    const { events, users } = this.scale
    const begun = Date.now() - 86_400_000
    const times = shuffled(events, this.#random)
    const cut = Math.floor(events * 0.6)
    const changing = this.#changers(shuffled(events - users, this.#random), cut)
    const waves = [[0, cut] as const, [cut, events] as const].map(([from, to]) => {
      const browsed: string[] = []
      const posted = times.slice(from, to).map((time, n) => {
        const at = from + n
        const changer = changing.get(at)
        const person = changer ?? this.people[at < users ? at : Math.floor(this.#random() * users)]
        if (!person) throw new Error('There are as many people as users.')
        const extra: Record<string, string> = at < users ? { email: person.addresses[0] ?? '' } : {}
        if (changer && this.variant.startsWith('the email changes')) {
          extra.email = `${person.id}-new@example.com`
          person.addresses.push(extra.email)
          if (this.variant.endsWith('the browser was first')) browsed.push(extra.email)
        }
        if (changer && this.variant === 'wrongly typed values') Object.assign(extra, this.#wronglyTyped(person))
        // A change is newer than what it changes.
        return this.#event(person, begun + (changer ? events + at : time), extra)
      })
      return { browsed, events: posted }
    })
    return waves
  }

  /**
   * Which event is whose change, after everybody's first event. Users who were known before have been linked to their
   * contacts by then; new users change as soon as in the first wave.
   */
  #changers(order: readonly number[], cut: number): Map<number, Person> {
    const { users, changes } = this.scale
    const positions = order.map(n => users + n)
    const known = positions.filter(at => at >= cut).slice(0, changes / 2)
    const others = positions.filter(at => !known.includes(at)).slice(0, changes / 2)
    const people = [...this.people.slice(0, known.length), ...this.people.slice(users / 2)]
    return new Map([...known, ...others].flatMap((at, n) => (people[n] ? [[at, people[n]] as const] : [])))
  }

  #wronglyTyped(person: Person): Record<string, string> {
    const [property, value] = WRONGLY_TYPED[this.people.filter(({ problem }) => problem !== undefined).length] ?? []
    if (property === undefined || value === undefined) return {}
    person.problem = property
    return { [property]: value }
  }

  #event({ id, values }: Person, time: number, extra: Record<string, string>): Identify {
    const messageId = `${this.#run}-${++this.#sequence}`
    const traits: Record<string, string> = { ...extra }
    for (const trait of someTraits(this.#random)) {
      const value = `${trait} ${++this.#sequence}`
      traits[trait] = value
      this.authors.set(value, id)
      const property = PROPERTIES[trait]
      if ((values.get(property)?.time ?? 0) < time) values.set(property, { value, time, event: messageId })
    }
    return { type: 'identify', userId: id, messageId, timestamp: new Date(time).toISOString(), traits }
  }
}

const userId = (user: number) => `user-${user}`
