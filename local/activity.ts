import type { MetricName, Metrics } from '../functions/runtime/platform.ts'

/** What functions have counted since it was last asked for. */
export interface Activity {
  readonly metrics: Metrics
  /** One line for a person about what happened since the last call; `undefined` when nothing did. */
  describe(): string | undefined
}

/** In the order of an event's way. */
const DEEDS: readonly (readonly [MetricName, one: string, many: string])[] = [
  ['EventsAccepted', 'event accepted', 'events accepted'],
  ['EventsUnchanged', 'changed nothing', 'changed nothing'],
  ['UsersNoticed', 'contact changed in HubSpot', 'contacts changed in HubSpot'],
  ['ContactsCreated', 'contact created', 'contacts created'],
  ['ContactsAdopted', 'contact adopted', 'contacts adopted'],
  ['ContactsMerged', 'contact merged', 'contacts merged'],
  ['ContactsUpdated', 'contact updated', 'contacts updated'],
  ['HubSpotCalls', 'call to HubSpot', 'calls to HubSpot'],
]

const WARNINGS: readonly (readonly [MetricName, one: string, many: string])[] = [
  [
    'EventsParked',
    'event could not be read and was parked in the table, with its reason',
    'events could not be read and were parked in the table, with their reasons',
  ],
  [
    'QueueRefusals',
    'event could not be queued and was refused with 503: its sender must send it again',
    'events could not be queued and were refused with 503: their sender must send them again',
  ],
  [
    'RecordsQuarantined',
    'record fails on its own and is set apart; look at GET /v1/status',
    'records fail on their own and are set apart; look at GET /v1/status',
  ],
]

/** Counts in memory, and forgets what it has described. What is logged with a reason is not told here again. */
export function createActivity(): Activity {
  const counts = new Map<MetricName, number>()
  let batches = 0
  const tell = (phrases: typeof DEEDS) =>
    phrases.flatMap(([name, one, many]) => {
      const count = counts.get(name) ?? 0
      return count > 0 ? [`${count} ${count === 1 ? one : many}`] : []
    })
  return {
    metrics: { add: (name, value) => void counts.set(name, (counts.get(name) ?? 0) + value) },
    describe: () => {
      batches += counts.get('BatchFill') ?? 0
      // Before the first batch there are only questions about the portal, which no event has asked for.
      const asked = batches === 0 && counts.has('HubSpotCalls') ? " to learn the portal's properties" : ''
      const deeds = tell(DEEDS).join(', ') + asked
      const warnings = tell(WARNINGS)
      counts.clear()
      const line = [deeds, ...warnings.map(warning => `! ${warning}`)].filter(Boolean).join('  ')
      return line || undefined
    },
  }
}
