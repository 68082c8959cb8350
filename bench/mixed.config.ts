import { defineConfig } from '../functions/core/config.ts'

/** What the mixed workload is synced by: companies, deals, lists, subscriptions and events. */
export default defineConfig({
  objects: {
    companies: {
      from: 'group',
      id: 'groupId',
      uniqueProperty: 'internal_company_id',
      fields: { name: 'traits.name', numberofemployees: 'traits.employees' },
      contact: {
        labelsFrom: 'traits.role',
        removedBy: { track: 'Account Left' },
        removedId: 'properties.account_id',
      },
    },
    deals: {
      from: { track: 'Order Completed' },
      id: 'properties.order_id',
      uniqueProperty: 'internal_order_id',
      fields: { dealname: { template: 'Order {properties.order_id}' }, amount: 'properties.total' },
    },
  },
  lists: {
    'VIP customers': { when: 'traits.vip' },
    Trial: { add: { track: 'Trial Started' }, remove: { track: 'Trial Ended' } },
  },
  subscriptions: {
    Newsletter: { when: 'traits.newsletter', legalBasis: 'CONSENT_WITH_NOTICE', explanation: 'Asked in the product' },
    'Product news': { subscribe: { track: 'News Wanted' }, unsubscribe: { track: 'News Unwanted' } },
  },
})
