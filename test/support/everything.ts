import type { ConfigInput } from '../../functions/core/config.ts'
import { type Pipeline, type PipelineOptions, pipeline } from './pipeline.ts'

/** One of everything that there is beside contacts. */
export const EVERYTHING: ConfigInput = {
  objects: {
    companies: {
      from: 'group',
      id: 'groupId',
      uniqueProperty: 'internal_company_id',
      fields: { name: 'traits.name', city: 'traits.city', numberofemployees: 'traits.employees' },
      contact: { labelsFrom: 'traits.role' },
    },
    deals: {
      from: { track: 'Order Completed' },
      id: 'properties.order_id',
      uniqueProperty: 'internal_order_id',
      fields: { dealname: 'properties.title', amount: 'properties.total' },
    },
    team: {
      type: 'tickets',
      from: { track: 'Team Joined' },
      id: 'properties.team',
      uniqueProperty: 'internal_team_id',
      fields: { subject: 'properties.team', hs_pipeline: { value: '0' }, hs_pipeline_stage: { value: '1' } },
      contact: { one: true },
    },
  },
  lists: {
    'VIP customers': { when: 'traits.vip' },
    Trial: { add: { track: 'Trial Started' }, remove: { track: 'Trial Ended' } },
  },
  subscriptions: {
    Newsletter: { when: 'traits.newsletter', legalBasis: 'CONSENT_WITH_NOTICE', explanation: 'Asked in the product' },
  },
}

/** A pipeline with one of everything, and a portal in which all of it has been set up. */
export function everything(options: PipelineOptions = {}): Pipeline {
  const p = pipeline({ config: EVERYTHING, ...options })
  setUp(p)
  return p
}

/** What `npx vidsync setup` would make, and a person. */
export function setUp({ hubspot }: Pipeline): void {
  hubspot.objects('companies').defineProperty({ name: 'internal_company_id', hasUniqueValue: true })
  hubspot.objects('deals').defineProperty({ name: 'internal_order_id', hasUniqueValue: true })
  hubspot.objects('tickets').defineProperty({ name: 'internal_team_id', hasUniqueValue: true })
  for (const label of ['Admin', 'Member', 'Friend'])
    hubspot.associations.defineLabel('contacts', 'companies', { label })
  for (const name of ['VIP customers', 'Trial']) hubspot.lists.define({ name })
  hubspot.subscriptions.define('Newsletter')
}

/** A company, by the product's id. */
export const companyOf = ({ hubspot }: Pipeline, id: string) =>
  hubspot.objects('companies').by('internal_company_id', id)

/** What a user's contact is joined with: ids of HubSpot's and labels. */
export const joinedTo = (p: Pipeline, userId: string, type = 'companies') =>
  p.hubspot.associations.of('contacts', p.contactOf(userId).vid, type).map(({ id, labels }) => ({
    id,
    // HubSpot's own, of the first company of a contact.
    labels: labels.filter(label => label !== 'Primary'),
  }))
