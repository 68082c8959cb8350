import { defineConfig } from '../functions/core/config.ts'

export default defineConfig({
  objects: {
    workspaces: {
      // HubSpot's id of the custom object: Settings → Data Model → the object → its id stands in the address.
      type: '2-27000001',
      from: 'identify',
      id: 'traits.workspace.id',
      uniqueProperty: 'workspace_id',
      fields: { workspace_name: 'traits.workspace.name' },
      // A person works in one of them: the next one takes its place.
      contact: { one: true },
    },
  },
})
