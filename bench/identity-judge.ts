import type { SeenContact } from '../local/hubspot/inspector.ts'
import type { WriteEntry } from '../local/hubspot/ledger.ts'
import type { IdentityWorkload, Person } from './identity-workload.ts'

/** What `GET /v1/users/{userId}` says. */
export interface SeenUser {
  readonly status: string
  readonly vid: string | null
  readonly problems: readonly { readonly property: string }[]
}

/** Everything that can be seen from outside when all is done. */
export interface Evidence {
  readonly contacts: readonly SeenContact[]
  /** All of them, from the first contact on. */
  readonly writes: readonly WriteEntry[]
  readonly users: ReadonlyMap<string, SeenUser>
  /** Who is in conflict, and with whom, as `GET /v1/conflicts` says. */
  readonly conflicts: ReadonlyMap<string, string | undefined>
}

/** Each a sentence; nothing is well. */
export interface IdentityVerdict {
  /** Contacts beyond one a user. */
  readonly duplicates: readonly string[]
  /** Users without their contact, with another one than before, or with anything in it that should not be there. */
  readonly wrong: readonly string[]
  /** Writes that put one user's value into another's contact, merged two users' contacts, or flipped a primary email. */
  readonly overwrites: readonly string[]
  /** Events whose value should stand in HubSpot, does not, and is not accounted for as a conflict or a problem. */
  readonly lost: readonly string[]
  /** Users who are not synced, or have a problem, without cause; and those who should be, and are not. */
  readonly unexpected: readonly string[]
}

/** Judges by what was sent, what HubSpot holds and what was written into it: with nothing of the pipeline's own code. */
export function judge(workload: IdentityWorkload, evidence: Evidence): IdentityVerdict {
  const { people } = workload
  const mine = new Map(evidence.contacts.map(contact => [contact.properties.internal_user_id, contact]))
  const own = people.filter(({ sharesWith }) => sharesWith === undefined)
  const owned = new Set(own.map(({ id }) => mine.get(id)))
  const seeds = new Map(
    evidence.writes.flatMap(({ source, vid, properties }) => (source === 'seed' ? [[properties.email, vid]] : [])),
  )
  return {
    duplicates: evidence.contacts
      .filter(contact => !owned.has(contact))
      .map(({ vid, email, properties }) => `${vid} of ${email}, id ${properties.internal_user_id ?? 'none'}`),
    wrong: own.flatMap(person => {
      const fault = faultOf(person, mine.get(person.id), seeds.get(person.addresses[0]), people)
      return fault === undefined ? [] : [`${person.id} ${fault}`]
    }),
    overwrites: overwritesIn(workload, evidence.writes),
    lost: lostEvents(people, mine, evidence.users),
    unexpected: people.flatMap(person => unexpectedOf(person, evidence)),
  }
}

function faultOf(
  { id, addresses, values }: Person,
  contact: SeenContact | undefined,
  seed: string | undefined,
  people: readonly Person[],
): string | undefined {
  if (!contact) return 'has no contact'
  if (seed !== undefined && ![contact.vid, ...contact.mergedVids].includes(seed))
    return 'has another contact than before'
  if (contact.email !== addresses.at(-1)) return `has the address ${contact.email}`
  const second = people.find(({ sharesWith }) => sharesWith === id)
  if (second && contact.secondaryEmails.join() !== second.addresses.join()) return 'has lost a secondary email'
  const foreign = contact.secondaryEmails.find(
    address => ![...addresses, ...(second?.addresses ?? [])].includes(address),
  )
  if (foreign !== undefined) return `has the secondary email ${foreign}`
  const wanted = new Map([...values].map(([name, { value }]) => [name, value]))
  const differing = [...JUDGED].find(name => contact.properties[name] !== wanted.get(name))
  return differing === undefined ? undefined : `has ${differing} ${contact.properties[differing]}`
}

/** Everything that is sent or that was there before, and what wrongly typed values are for. */
const JUDGED = [
  ...['internal_user_id', 'zip', 'firstname', 'lastname', 'phone', 'city', 'company', 'jobtitle'],
  ...['followercount', 'kloutscoregeneral', 'closedate', 'hs_language', 'lifecyclestage', 'hs_lead_status'],
  'hs_buying_role',
]

/** Follows whose every contact is, from its making on, and looks at each value that our calls put into it. */
function overwritesIn({ people, authors }: IdentityWorkload, writes: readonly WriteEntry[]): string[] {
  const offences: string[] = []
  const byAddress = new Map(people.flatMap(({ id, addresses }) => addresses.map((email, n) => [email, { id, n }])))
  const owners = new Map<string, string | undefined>()
  for (const { vid, kind, source, properties, previous, mergedVids = [] } of writes) {
    if (kind === 'merge') {
      const parts = new Set([vid, ...mergedVids].map(each => owners.get(each)).filter(owner => owner !== undefined))
      if (parts.size > 1) offences.push(`contacts of ${[...parts].join(' and ')} were merged into ${vid}`)
      owners.set(vid, [...parts][0])
      continue
    }
    if (kind === 'create') owners.set(vid, properties.internal_user_id || byAddress.get(properties.email ?? '')?.id)
    if (source !== 'api') continue
    const owner = owners.get(vid)
    for (const [name, value] of Object.entries(properties)) {
      const author = name === 'internal_user_id' ? value : authors.get(value)
      if (author !== undefined && author !== owner) offences.push(`${name} of ${author} went into ${vid} of ${owner}`)
    }
    const { email } = properties
    if (email === undefined || email === previous.email) continue
    const [after, before] = [byAddress.get(email), byAddress.get(previous.email ?? '')]
    // Forward along the owner's own addresses, and never to another's, to none, or back.
    const isForward = after && after.id === owner && (!before || (before.id === owner && before.n < after.n))
    if (!isForward) offences.push(`the primary email of ${vid} of ${owner} went from ${previous.email} to ${email}`)
  }
  return offences
}

function lostEvents(
  people: readonly Person[],
  mine: ReadonlyMap<string | undefined, SeenContact>,
  users: ReadonlyMap<string, SeenUser>,
): string[] {
  const lost = people.flatMap(({ id, values, sharesWith }) => {
    if (sharesWith !== undefined && users.get(id)?.status === 'conflict') return []
    const held = mine.get(id)?.properties
    return [...values].flatMap(([name, { value, event }]) =>
      event !== undefined && held?.[name] !== value ? [`${event} of ${id}`] : [],
    )
  })
  return [...new Set(lost)]
}

function unexpectedOf({ id, sharesWith, problem }: Person, { users, conflicts }: Evidence): string[] {
  const user = users.get(id)
  const status = sharesWith === undefined ? 'synced' : 'conflict'
  const named = (user?.problems ?? []).map(({ property }) => property).filter(property => property !== 'email')
  const troubles: string[] = []
  if (user?.status !== status) troubles.push(`${id} is ${user?.status ?? 'unknown'}, not ${status}`)
  if (sharesWith === undefined && (named.join() !== (problem ?? '') || named.length !== (user?.problems.length ?? 0)))
    troubles.push(`${id} has problems with ${user?.problems.map(({ property }) => property).join(' ')}`)
  if (conflicts.get(id) !== sharesWith) troubles.push(`${id} is in conflict with ${conflicts.get(id)}`)
  return troubles
}
