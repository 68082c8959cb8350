import { expect } from 'vitest'
import type { ConfigInput } from '../../functions/core/config.ts'
import { perLane } from '../../functions/core/record.ts'
import { type Pipeline, type PipelineOptions, pipeline } from './pipeline.ts'
import { setUpEverything } from './set-up-everything.ts'

/** One of everything that there is beside contacts. */
const EVERYTHING: ConfigInput = {
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
  setUpEverything(p.hubspot, ['Admin', 'Member', 'Friend'], ['VIP customers', 'Trial'])
  return p
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

/** A few users of whom something of everything has been said, and not been told to HubSpot yet. */
export async function someOfEverything(options: PipelineOptions = {}): Promise<Pipeline> {
  const p = everything(options)
  await p.identify('known', { email: 'known@example.com', vip: true, newsletter: true })
  await p.group('known', 'acme', { name: 'Old name', role: 'Member' })
  await p.track('known', 'Team Joined', { team: 'red' })
  await p.untilQuiet()
  await p.callAll([
    ['group', { userId: 'known', groupId: 'acme', traits: { name: 'Acme', role: 'Admin' } }],
    ['track', { userId: 'known', event: 'Team Joined', properties: { team: 'blue' } }],
    ['identify', { userId: 'known', traits: { vip: false, newsletter: false, email: 'moved@example.com' } }],
    ['identify', { userId: 'new', traits: { email: 'new@example.com', vip: true, newsletter: true } }],
    ['group', { userId: 'new', groupId: 'acme', traits: {} }],
    ['group', { userId: 'new', groupId: 'other', traits: { name: 'Other', role: 'Member' } }],
    ['track', { userId: 'new', event: 'Order Completed', properties: { order_id: 'o-1', title: 'Books', total: 12 } }],
    ['track', { userId: 'new', event: 'Trial Started', properties: { plan: 'pro' } }],
    ['track', { userId: 'later', event: 'Trial Started', properties: { plan: 'basic' } }],
  ])
  return p
}

/** All of it is in HubSpot, once; what waits for somebody still waits. */
export async function expectEverythingTold(p: Pipeline): Promise<void> {
  const { hubspot } = p
  const idOf = (type: string, property: string, value: string) => hubspot.objects(type).by(property, value)?.id
  const [acme, other] = [companyOf(p, 'acme'), companyOf(p, 'other')]
  const names = (userId: string) => hubspot.events.of(p.contactOf(userId).vid).map(({ name }) => name)
  const seen = {
    acme: acme?.properties.name,
    other: other?.properties.name,
    companies: hubspot.objects('companies').count,
    deals: hubspot
      .objects('deals')
      .all()
      .map(({ properties }) => `${properties.dealname} ${properties.amount}`),
    known: joinedTo(p, 'known'),
    new: joinedTo(p, 'new'),
    team: joinedTo(p, 'known', 'tickets'),
    deal: joinedTo(p, 'new', 'deals').length,
    vips: hubspot.lists.members('VIP customers'),
    trial: hubspot.lists.members('Trial'),
    newsletter: ['moved@example.com', 'new@example.com'].map(email => hubspot.subscriptions.of(email).Newsletter),
    knownDid: names('known'),
    newDid: names('new').sort(),
    events: hubspot.events.count,
    contacts: hubspot.contactCount,
  }
  expect(seen).toEqual({
    acme: 'Acme',
    other: 'Other',
    companies: 2,
    deals: ['Books 12'],
    known: [{ id: acme?.id, labels: ['Admin'] }],
    new: [
      { id: acme?.id, labels: [] },
      { id: other?.id, labels: ['Member'] },
    ].sort((a, b) => Number(a.id) - Number(b.id)),
    team: [{ id: idOf('tickets', 'internal_team_id', 'blue'), labels: [] }],
    deal: 1,
    vips: [p.contactOf('new').vid],
    trial: [p.contactOf('new').vid],
    newsletter: ['UNSUBSCRIBED', 'SUBSCRIBED'],
    knownDid: ['team_joined', 'team_joined'],
    newDid: ['order_completed', 'trial_started'],
    events: 4,
    contacts: 2,
  })
  expect(await p.store.leftovers()).toEqual([])
  const { lanes } = await p.store.countDue()
  // Of whoever is not known yet: what they did, and the list in which that puts them.
  expect(lanes).toEqual({ ...perLane(() => 0), waiting: 2 })
}
