import { defineConfig } from '../functions/core/config.ts'

export default defineConfig({
  lists: {
    // In it while a trait is true, or from one call on until another.
    'VIP customers': { when: 'traits.vip' },
    Trial: { add: { track: 'Trial Started' }, remove: { track: ['Trial Ended', 'Plan Chosen'] } },
  },
  subscriptions: {
    Newsletter: { when: 'traits.newsletter', legalBasis: 'CONSENT_WITH_NOTICE', explanation: 'Asked at sign-up' },
    'Product news': { unsubscribe: { track: 'News Unwanted' } },
  },
  events: { track: false },
})
