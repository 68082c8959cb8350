import type { HubSpotSimulator } from '../../local/hubspot/index.ts'

/** What `npx vidsync setup` would make where companies, deals, tickets, lists and the newsletter are synced; and a person. */
export function setUpEverything(hubspot: HubSpotSimulator, labels: readonly string[], lists: readonly string[]): void {
  hubspot.objects('companies').defineProperty({ name: 'internal_company_id', hasUniqueValue: true })
  hubspot.objects('deals').defineProperty({ name: 'internal_order_id', hasUniqueValue: true })
  hubspot.objects('tickets').defineProperty({ name: 'internal_team_id', hasUniqueValue: true })
  for (const label of labels) hubspot.associations.defineLabel('contacts', 'companies', { label })
  for (const name of lists) hubspot.lists.define({ name })
  hubspot.subscriptions.define('Newsletter')
}
