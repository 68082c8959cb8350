import { HubSpotError } from '../errors.ts'
import { takeEvent } from '../events/take.ts'
import { rawInputs } from './batch.ts'
import { type Answer, bodyOf, type Call } from './call.ts'
import { type Route, routesOf } from './route.ts'

const events = routesOf('events')
const NEEDS = { scopes: ['analytics.behavioral_events.send'], budget: 'events', enterprise: true } as const

export const EVENT_ROUTES: readonly Route[] = [
  events('POST', 'send', NEEDS, send),
  events('POST', 'send/batch', NEEDS, sendBatch),
]

/** facts §9 */
const MOST_EVENTS = 500

/** facts §9: 204 without a body */
function send(call: Call): Answer {
  call.portal.journal.attempt(() => takeEvent(call.portal, bodyOf(call)))
  return { status: 204 }
}

/** facts §9: at most 500; no result for each. B, by switch: what one bad event does to the others. */
function sendBatch(call: Call): Answer {
  const { portal } = call
  const inputs = rawInputs(call, MOST_EVENTS)
  if (portal.switches.eventBatch === 'whole') {
    portal.journal.attempt(() => {
      for (const input of inputs) takeEvent(portal, input)
    })
    return { status: 204 }
  }
  const faults: HubSpotError[] = []
  for (const input of inputs) {
    try {
      portal.journal.attempt(() => takeEvent(portal, input))
    } catch (error) {
      if (!(error instanceof HubSpotError)) throw error
      faults.push(error)
    }
  }
  const [first] = faults
  if (first && portal.switches.eventBatch === 'others-kept') throw first
  return { status: 204 }
}
