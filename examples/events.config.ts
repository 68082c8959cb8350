import { defineConfig } from '../functions/core/config.ts'

export default defineConfig({
  events: {
    // Name in the call → name in HubSpot; `false` leaves it out. Any other goes to its own name.
    names: { 'Order Completed': 'purchase', Heartbeat: false },
    // A property of every event.
    fields: { app: 'context.app.name' },
    // Off unless you say so: HubSpot counts events.
    page: true,
  },
})
