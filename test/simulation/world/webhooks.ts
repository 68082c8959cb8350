import type { WebhookOptions } from '../../../local/hubspot/webhooks/webhooks.ts'
import { httpRequest } from '../../support/http-request.ts'
import { isAnswer, KEYS } from './product.ts'
import type { World } from './world.ts'

const PATH = '/hubspot/webhooks'

/** HubSpot's webhooks, which arrive at `notice`: late, doubled and in any order, and again when they are not answered. */
export const webhooksTo = (world: World): WebhookOptions => ({
  targetUrl: `https://api.example.com${PATH}`,
  clientSecret: KEYS.webhook,
  delay: [100, 20_000],
  send: async ({ headers, body }) => {
    world.count('webhooks')
    const answer = await world.invoke('notice', httpRequest({ path: PATH, headers, body }))
    return isAnswer(answer) ? answer.statusCode : 500
  },
})
