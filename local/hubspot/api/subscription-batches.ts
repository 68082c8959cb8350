import { addressOf, choose, optOut, requireSubscription } from '../consent/choose.ts'
import { HubSpotError, invalid } from '../errors.ts'
import type { JsonObject } from '../message.ts'
import { batchAnswer, rawInputs } from './batch.ts'
import { type Answer, bodyOf, type Call, invalidJson, requiredString } from './call.ts'
import { type Route, routesOf } from './route.ts'
import { requireChannel, showOptOut, showStatus, showStatuses, wishOf } from './subscription-body.ts'

const preferences = routesOf('communication-preferences')
const READ = { scopes: ['communication_preferences.statuses.batch.read'] }
const WRITE = { scopes: ['communication_preferences.statuses.batch.write'] }

export const BATCH_SUBSCRIPTION_ROUTES: readonly Route[] = [
  preferences('POST', 'statuses/batch/read', READ, batchRead),
  preferences('POST', 'statuses/batch/write', WRITE, batchWrite),
  preferences('POST', 'statuses/batch/unsubscribe-all', WRITE, batchUnsubscribeAll),
  preferences('POST', 'statuses/batch/unsubscribe-all/read', READ, batchReadOptOuts),
]

/** As in all batches of HubSpot's that do not say otherwise. */
const MOST_INPUTS = 100

function batchRead(call: Call): Answer {
  requireChannel(call)
  return eachAddress(call, 207, email => ({
    subscriberIdString: email,
    statuses: showStatuses(call.portal, email),
  }))
}

/** The OpenAPI files know no 207 here: 200, whatever became of the single inputs. */
function batchWrite(call: Call): Answer {
  const { portal } = call
  return each(call, 200, rawInputs(call, MOST_INPUTS), input => {
    const wish = wishOf(portal, requiredString(input, 'subscriberIdString'), input)
    const reason = choose(portal, wish, 'API')
    return showStatus(portal, wish.email, requireSubscription(portal, wish.subscriptionId), reason)
  })
}

function batchUnsubscribeAll(call: Call): Answer {
  requireChannel(call)
  const { portal } = call
  const verbose = call.query.get('verbose') === 'true'
  return eachAddress(call, 200, email => {
    optOut(portal, email)
    const statuses = showStatuses(portal, email, 'UNSUBSCRIBE_FROM_ALL_OCCURRED')
    return { subscriberIdString: email, ...(verbose ? { statuses } : {}) }
  })
}

function batchReadOptOuts(call: Call): Answer {
  requireChannel(call)
  return eachAddress(call, 207, email => ({
    subscriberIdString: email,
    wideStatuses: showOptOut(call.portal, email),
  }))
}

/** The inputs are addresses. */
function eachAddress(call: Call, withErrors: 200 | 207, work: (email: string) => JsonObject): Answer {
  const { inputs = [] } = bodyOf(call)
  if (!Array.isArray(inputs)) throw invalidJson('"inputs" must be a list of addresses')
  if (inputs.length > MOST_INPUTS) {
    throw invalid(`The maximum number of inputs supported in a batch request is ${MOST_INPUTS}`)
  }
  return each(call, withErrors, inputs, input => work(addressOf(call.portal, String(input))))
}

function each<T>(call: Call, withErrors: 200 | 207, inputs: readonly T[], work: (input: T) => JsonObject): Answer {
  const { portal } = call
  const startedAt = portal.clock.now()
  const results: JsonObject[] = []
  const errors: JsonObject[] = []
  for (const input of inputs) {
    try {
      results.push(portal.journal.attempt(() => work(input)))
    } catch (error) {
      if (!(error instanceof HubSpotError)) throw error
      errors.push(error.item({}))
    }
  }
  const answer = batchAnswer(call, results, errors, 200, startedAt)
  return errors.length > 0 ? { ...answer, status: withErrors } : answer
}
