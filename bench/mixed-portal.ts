import type { SeenContact } from '../local/hubspot/inspector.ts'
import type { HubSpotSimulator } from '../local/hubspot/simulator.ts'
import type { SeenEvent } from '../local/hubspot/views/events.ts'
import type { SeenObject } from '../local/hubspot/views/objects.ts'

/** What people have set up in HubSpot for the mixed workload: paths and bodies of what the embedded HubSpot is told. */
export const PORTAL: readonly (readonly [path: string, body: Readonly<Record<string, unknown>>])[] = [
  ['properties', { objectType: 'companies', name: 'internal_company_id', hasUniqueValue: true }],
  ['properties', { objectType: 'deals', name: 'internal_order_id', hasUniqueValue: true }],
  ['labels', { from: 'contacts', to: 'companies', label: 'Admin' }],
  ['labels', { from: 'contacts', to: 'companies', label: 'Member' }],
  ['lists', { name: 'VIP customers' }],
  ['lists', { name: 'Trial' }],
  ['subscription-types', { name: 'Newsletter' }],
  ['subscription-types', { name: 'Product news' }],
]

type Pair = readonly [contact: string, object: string, labels: readonly string[]]

/** Everything that HubSpot holds and that the mixed workload is about. */
export interface SeenPortal {
  readonly contacts: readonly SeenContact[]
  readonly companies: readonly SeenObject[]
  readonly deals: readonly SeenObject[]
  /** Of contacts with each of the two. */
  readonly links: { readonly companies: readonly Pair[]; readonly deals: readonly Pair[] }
  readonly events: readonly SeenEvent[]
  /** Name of a list → vids. */
  readonly lists: Readonly<Record<string, readonly string[]>>
  /** Address → subscription → status, of every contact's primary address. */
  readonly consents: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export function seePortal(hubspot: HubSpotSimulator): SeenPortal {
  const contacts = hubspot.contacts()
  const addresses = contacts.flatMap(({ email }) => email ?? [])
  return {
    contacts,
    companies: hubspot.objects('companies').all(),
    deals: hubspot.objects('deals').all(),
    links: {
      companies: hubspot.associations.between('contacts', 'companies'),
      deals: hubspot.associations.between('contacts', 'deals'),
    },
    events: hubspot.events.all(),
    lists: Object.fromEntries(hubspot.lists.all().map(({ name, members }) => [name, members])),
    consents: Object.fromEntries(addresses.map(address => [address, hubspot.subscriptions.of(address)])),
  }
}
