import type { ConfigInput } from '../../../../functions/core/config.ts'
import type { HubSpotSimulator } from '../../../../local/hubspot/index.ts'
import { setUpEverything } from '../../../support/set-up-everything.ts'

/** What runs are synced by that have more than contacts. */
export const KINDS: Pick<ConfigInput, 'objects' | 'lists' | 'subscriptions'> = {
  objects: {
    companies: {
      from: 'group',
      id: 'groupId',
      uniqueProperty: 'internal_company_id',
      fields: { name: 'traits.name', city: 'traits.city' },
      contact: { labelsFrom: 'traits.role', removedBy: { track: 'Company Left' }, removedId: 'properties.company' },
    },
    deals: {
      from: { track: 'Order Completed' },
      id: 'properties.order_id',
      uniqueProperty: 'internal_order_id',
      fields: { dealname: 'properties.title' },
    },
    teams: {
      type: 'tickets',
      from: { track: 'Team Joined' },
      id: 'properties.team',
      uniqueProperty: 'internal_team_id',
      fields: { subject: 'properties.team', hs_pipeline: { value: '0' }, hs_pipeline_stage: { value: '1' } },
      contact: { one: true },
    },
  },
  lists: {
    VIPs: { when: 'traits.vip' },
    Trial: { add: { track: 'Trial Started' }, remove: { track: 'Trial Ended' } },
  },
  subscriptions: {
    Newsletter: { when: 'traits.newsletter', legalBasis: 'CONSENT_WITH_NOTICE', explanation: 'Asked in the product' },
  },
}

export const ROLES = ['Admin', 'Member'] as const

/** What people have set up in HubSpot for it. */
export const setUp = (hubspot: HubSpotSimulator): void =>
  setUpEverything(hubspot, ROLES, Object.keys(KINDS.lists ?? {}))
