/**
 * HubSpot in memory, with its API, its limits and its oddities: what integrations meet, for tests and for `npm start`.
 * Behaves as the real one is known to; whatever is only believed, or on which sources disagree, is a switch.
 *
 *     request ─► traffic/   faults, token, limits, scopes, latency
 *                   │
 *                api/       paths of every version, batches, single calls, answers
 *                   │
 *                crm/       records of every type, addresses, unique values, merges, properties, associations, lists
 *                events/    custom events and their definitions
 *                consent/   who wants which emails, by address
 *                   │
 *                ledger     what was asked, what was written and what else was done, for tests to judge
 *                   │
 *                webhooks/  what apps are told of it
 *
 * views/ is how tests and people look at it and change it by hand.
 *
 * @example
 *     const hubspot = createHubSpot({ seed: 1, switches: { mergeIds: 'primary' }, limits: { perTenSeconds: 190 } })
 *     hubspot.addFault({ match: { path: /batch/, nth: { every: 4 } }, fault: { kind: 'drop', when: 'after' } })
 *     const { url, close } = await hubspot.listen()
 *     // … point a client at `url`, with the token `local` …
 *     hubspot.contactByEmail('alex@example.com')?.properties.city
 *     hubspot.objects('companies').by('account_id', 'a1')
 *     hubspot.associations.of('contacts', vid, 'companies')
 *     hubspot.events.of(vid, 'order_completed')
 *     hubspot.lists.members('Customers')
 *     hubspot.subscriptions.of('alex@example.com')
 *     hubspot.ledger.writes
 *     hubspot.ledger.deeds
 *     await close()
 */
export { ConnectionLost } from './message.ts'
export type { Listening } from './server.ts'
export { createHubSpot, type HubSpotOptions, type HubSpotSimulator } from './simulator.ts'
export { DEFAULT_SWITCHES, POSITIONS, type Switches } from './switches.ts'
export type { Fault } from './traffic/faults.ts'
