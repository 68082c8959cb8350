/** One record of HubSpot's. Never changed: a write puts another one in its place, so that undoing and lagging are cheap. */
export interface CrmRecord {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly updatedAt: number
  readonly archivedAt?: number
  /** Set values only: a cleared property is absent. Never those that HubSpot derives (facts §5, `derived`). */
  readonly properties: ReadonlyMap<string, string>
  /** facts §4: `hs_additional_emails`. */
  readonly secondaryEmails: readonly string[]
  /** facts §5: the ids that were merged into it, oldest first, with the time of each merge. */
  readonly merged: readonly { readonly id: string; readonly at: number }[]
  /** How many merges made it, those of its losers included. */
  readonly merges: number
}
