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
  ['EventsRejected', 'event rejected', 'events rejected'],
  ['EventsUnchanged', 'changed nothing', 'changed nothing'],
  ['UsersNoticed', 'contact changed in HubSpot', 'contacts changed in HubSpot'],
  ['ContactsCreated', 'contact created', 'contacts created'],
  ['ContactsAdopted', 'contact adopted', 'contacts adopted'],
  ['ContactsMerged', 'contact merged', 'contacts merged'],
  ['ContactsUpdated', 'contact updated', 'contacts updated'],
  ['HubSpotCalls', 'call to HubSpot', 'calls to HubSpot'],
]

const WARNINGS: readonly (readonly [MetricName, advice: string])[] = [
  ['EventsParked', 'events could not be read and were parked in the table, with their reasons'],
  ['QueueRefusals', 'events could not be queued and were refused with 503: their sender must send them again'],
  ['HubSpotUnauthorized', 'calls were refused by HubSpot: check HUBSPOT_ACCESS_TOKEN and its scopes; nothing is lost'],
  ['HubSpotThrottled', 'calls were throttled by HubSpot: lower HUBSPOT_REQUESTS_PER_10_SECONDS if this goes on'],
  ['HubSpotUnavailable', 'calls found HubSpot unavailable; they are made again by themselves'],
  ['RecordsQuarantined', 'records fail on their own and are set apart; look at GET /v1/status'],
]

/** Counts in memory, and forgets what it has described. */
export function createActivity(): Activity {
  const counts = new Map<MetricName, number>()
  return {
    metrics: { add: (name, value) => void counts.set(name, (counts.get(name) ?? 0) + value) },
    describe: () => {
      const deeds = DEEDS.flatMap(([name, one, many]) => {
        const count = counts.get(name) ?? 0
        return count > 0 ? [`${count} ${count === 1 ? one : many}`] : []
      })
      const warnings = WARNINGS.flatMap(([name, advice]) => {
        const count = counts.get(name) ?? 0
        return count > 0 ? [`${count} ${advice}`] : []
      })
      counts.clear()
      const line = [deeds.join(', '), ...warnings.map(warning => `! ${warning}`)].filter(Boolean).join('  ')
      return line || undefined
    },
  }
}
