import { defineConfig } from './functions/core/config.ts'

/**
 * What is synced and how. Everything has a default; your editor shows the settings and their meaning.
 * A mistake fails at compile time or at start, with one line that names the setting.
 */
export default defineConfig({
  contacts: {
    // Trait → HubSpot property. Segment's reserved traits (firstName, address.city, …) are mapped already; any other
    // trait goes to the property of its own name in lower case, and waits for it where HubSpot has none. `false` leaves a
    // trait out.
    traits: {
      // createdAt: 'signup_date',
      // 'plan.name': 'plan_name',
      // password: false,
    },
    // Sent only with the call that creates a contact.
    createOnly: [],
  },
  policies: {
    // A contact that somebody deleted in HubSpot: 'recreate' or 'leave'.
    deletedInHubSpot: 'recreate',
  },
  browser: {
    // Whose pages may use the front-end gate (docs/front-end.md), such as 'https://app.example.com'.
    origins: ['*'],
  },
})
