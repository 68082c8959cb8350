import { defineConfig } from '../functions/core/config.ts'

export default defineConfig({
  objects: {
    companies: {
      from: 'group',
      id: 'groupId',
      // HubSpot keeps the product's id here.
      uniqueProperty: 'account_id',
      fields: { name: 'traits.name', numberofemployees: 'traits.employees' },
      contact: {
        // One label or a list of them; those of people in HubSpot stay.
        labelsFrom: 'traits.role',
        removedBy: { track: 'Account Left' },
        removedId: 'properties.account_id',
      },
    },
  },
})
