import { defineConfig } from '../functions/core/config.ts'

export default defineConfig({
  objects: {
    deals: {
      from: { track: ['Order Placed', 'Order Completed'] },
      id: 'properties.order_id',
      uniqueProperty: 'order_number',
      fields: {
        dealname: { template: 'Order {properties.order_id}' },
        amount: 'properties.total',
        dealstage: { compute: ({ event }) => (event === 'Order Completed' ? 'closedwon' : 'appointmentscheduled') },
      },
    },
  },
  // An order is a deal here, and no event besides.
  events: { names: { 'Order Placed': false, 'Order Completed': false } },
})
