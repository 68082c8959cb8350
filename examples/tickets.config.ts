import { defineConfig } from '../functions/core/config.ts'

/** Of HubSpot's own pipeline for support. */
const STAGES: { readonly [event: string]: string } = {
  'Ticket Opened': '1',
  'Ticket Answered': '2',
  'Ticket Solved': '4',
}

export default defineConfig({
  objects: {
    tickets: {
      from: { track: ['Ticket Opened', 'Ticket Answered', 'Ticket Solved'] },
      id: 'properties.ticket_id',
      uniqueProperty: 'internal_ticket_id',
      fields: {
        subject: 'properties.subject',
        content: { from: 'properties.text', createOnly: true },
        hs_ticket_priority: 'properties.priority',
        hs_pipeline: { value: '0', createOnly: true },
        hs_pipeline_stage: { compute: ({ event = '' }) => STAGES[event] },
      },
      contact: { labels: ['Asked by'] },
    },
  },
  events: { names: { 'Ticket Opened': false, 'Ticket Answered': false, 'Ticket Solved': false } },
})
