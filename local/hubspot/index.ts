/**
 * HubSpot in memory, with its API, its limits and its oddities: what integrations meet, for tests and for `npm start`.
 * Behaves as the real one is known to; whatever is only believed, or on which sources disagree, is a switch.
 *
 *     request ─► traffic/   faults, token, limits, scopes, latency
 *                   │
 *                api/       paths of every version, batches, single calls, answers
 *                   │
 *                crm/       records, addresses, unique values, merges, properties
 *                   │
 *                ledger     what was asked and what was written, for tests to judge
 *                   │
 *                webhooks/  what apps are told of it
 *
 * @example
 *     const hubspot = createHubSpot({ seed: 1, switches: { mergeIds: 'primary' }, limits: { perTenSeconds: 190 } })
 *     hubspot.addFault({ match: { path: /batch/, nth: { every: 4 } }, fault: { kind: 'drop', when: 'after' } })
 *     const { url, close } = await hubspot.listen()
 *     // … point a client at `url`, with the token `local` …
 *     hubspot.contactByEmail('alex@example.com')?.properties.city
 *     hubspot.ledger.writes
 *     await close()
 */
export { ConnectionLost } from './message.ts'
export type { Listening } from './server.ts'
export { createHubSpot, type HubSpotOptions, type HubSpotSimulator } from './simulator.ts'
export { DEFAULT_SWITCHES, POSITIONS, type Switches } from './switches.ts'
export type { Fault } from './traffic/faults.ts'
