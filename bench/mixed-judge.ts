import type { SeenPortal } from './mixed-portal.ts'
import type { MixedPerson, MixedWorkload } from './mixed-workload.ts'
import { PROPERTIES } from './workload.ts'

/** Each a sentence; none is well. */
export interface MixedVerdict {
  /** What should be in HubSpot and is not. */
  readonly lost: readonly string[]
  /** What is there more than once, or should not be there at all. */
  readonly doubled: readonly string[]
  /** What is there with anything else than it should have. */
  readonly wrong: readonly string[]
}

/** HubSpot's own, of a contact's first company. */
const OWN_LABEL = 'Primary'

/** Compares what HubSpot holds with what was sent, with nothing of the pipeline's own code. */
export function judgeMixed(workload: MixedWorkload, portal: SeenPortal): MixedVerdict {
  const verdict = { lost: [] as string[], doubled: [] as string[], wrong: [] as string[] }
  const vids = new Map(portal.contacts.map(({ vid, properties }) => [properties.internal_user_id, vid]))
  const userOf = new Map([...vids].map(([id, vid]) => [vid, id]))
  const nameOf = (vid: string | undefined): string => userOf.get(vid ?? '') ?? `contact ${vid}`

  const contacts = portal.contacts.map(({ vid, email, properties }): Entry => {
    const held = JUDGED.map(name => [name, properties[name]] as const)
    return [nameOf(vid), text({ email, ...entries(held) })]
  })
  compare(verdict, 'contact', workload.people.map(contactOf), contacts)

  const companies = [...workload.companies].map(([id, said]): Entry => [id, text(entries(newest(said)))])
  compare(verdict, 'company', companies, portal.companies.map(objectOf('internal_company_id', COMPANY)))
  const deal = (id: string, amount: string): Entry => [id, text({ dealname: `Order ${id}`, amount })]
  const orders = newest(workload.orders).map(([id, amount]) => deal(id, amount))
  compare(verdict, 'deal', orders, portal.deals.map(objectOf('internal_order_id', DEAL)))

  const idsOf = (objects: SeenPortal['deals'], property: string) =>
    new Map(objects.map(({ id, properties }) => [id, properties[property] ?? id]))
  const seenLinks = (links: SeenPortal['links']['deals'], ids: ReadonlyMap<string, string>) =>
    links.map(([contact, object, labels]): Entry => {
      const own = labels.filter(label => label !== OWN_LABEL).toSorted()
      return [`${nameOf(contact)} with ${ids.get(object) ?? object}`, own.join()]
    })
  const joined = workload.people.flatMap(({ id, companies }) =>
    newest(companies).flatMap(([company, labels]): Entry[] =>
      labels === false ? [] : [[`${id} with ${company}`, labels.toSorted().join()]],
    ),
  )
  const companyIds = idsOf(portal.companies, 'internal_company_id')
  compare(verdict, 'association of', joined, seenLinks(portal.links.companies, companyIds))
  const bought = workload.people.flatMap(({ id, orders }) =>
    [...orders].map((order): Entry => [`${id} with ${order}`, '']),
  )
  compare(verdict, 'association of', bought, seenLinks(portal.links.deals, idsOf(portal.deals, 'internal_order_id')))

  for (const [name, members] of Object.entries(portal.lists)) {
    const wanted = workload.people.filter(({ lists }) => lists.get(name)?.value === true)
    const place = (user: string): Entry => [`${user} in ${name}`, '']
    compare(
      verdict,
      'membership of',
      wanted.map(({ id }) => place(id)),
      members.map(vid => place(nameOf(vid))),
    )
  }

  const consents = Object.entries(portal.consents).flatMap(([email, statuses]) =>
    Object.entries(statuses).flatMap(([mail, status]): Entry[] =>
      status === 'NOT_SPECIFIED' ? [] : [[`${email} about ${mail}`, status]],
    ),
  )
  const wishes = workload.people.flatMap(({ email, subscriptions }) =>
    newest(subscriptions).map(
      ([mail, wants]): Entry => [`${email.get('email')?.value} about ${mail}`, wants ? 'SUBSCRIBED' : 'UNSUBSCRIBED'],
    ),
  )
  compare(verdict, 'consent of', wishes, consents)

  const deeds = workload.deeds.map(
    ({ userId, name, at, properties }): Entry => [`${name} ${properties.nr}`, text({ userId, at, ...properties })],
  )
  const events = portal.events.map(
    ({ name, recordId, occurredAt, properties }): Entry => [
      `${name} ${properties.nr}`,
      text({ userId: nameOf(recordId), at: occurredAt, ...properties }),
    ],
  )
  compare(verdict, 'event', deeds, events)
  return verdict
}

type Entry = readonly [what: string, how: string]

const JUDGED = ['internal_user_id', 'zip', ...Object.values(PROPERTIES)]
const COMPANY = ['name', 'numberofemployees']
const DEAL = ['dealname', 'amount']

const newest = <Value>(said: ReadonlyMap<string, { readonly value: Value }>): (readonly [string, Value])[] =>
  [...said].map(([name, { value }]) => [name, value])

const entries = (pairs: readonly (readonly [string, string | undefined])[]) => Object.fromEntries(pairs)

/** The same for the same properties, in whatever order. Those without a value do not count. */
function text(properties: Readonly<Record<string, string | number | undefined>>): string {
  const held = Object.entries(properties).filter(([, value]) => value !== undefined)
  return held
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(', ')
}

const contactOf = ({ id, email, values }: MixedPerson): Entry => [
  id,
  text({ email: email.get('email')?.value, ...entries(newest(values)) }),
]

const objectOf =
  (unique: string, names: readonly string[]) =>
  ({ id, properties }: SeenPortal['deals'][number]): Entry => [
    properties[unique] ?? id,
    text(entries(names.map(name => [name, properties[name]]))),
  ]

function compare(
  verdict: Record<keyof MixedVerdict, string[]>,
  kind: string,
  wanted: readonly Entry[],
  seen: readonly Entry[],
): void {
  const open = new Map(wanted)
  const met = new Set<string>()
  for (const [what, how] of seen) {
    const right = open.get(what)
    if (right === undefined || met.has(what)) verdict.doubled.push(`${kind} ${what}: ${how}`)
    else if (right !== how) verdict.wrong.push(`${kind} ${what} has ${how}, not ${right}`)
    met.add(what)
  }
  for (const what of open.keys()) if (!met.has(what)) verdict.lost.push(`${kind} ${what}`)
}
