import { onTestFinished } from 'vitest'
import { createHubSpot, type HubSpotOptions } from '../../local/hubspot/index.ts'
import { type ApiVersion, validateRequest, validateResponse } from './openapi.ts'

/** A simulator, and calls that are checked against HubSpot's OpenAPI files on their way out and back. */
export async function openContract(version: ApiVersion, options: HubSpotOptions = {}) {
  const hubspot = createHubSpot({ ...options, switches: { searchLag: 0, ...options.switches } })
  hubspot.defineProperty({ name: 'user_id', hasUniqueValue: true })
  hubspot.defineProperty({ name: 'born', type: 'date' })
  const { url, close } = await hubspot.listen()
  onTestFinished(close)
  const call = async (method: string, path: string, body?: unknown, checkRequest = true) => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: 'Bearer local', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const [pathname = ''] = path.split('?')
    const answer: unknown = text ? JSON.parse(text) : undefined
    return {
      status: response.status,
      problems: [
        ...(checkRequest ? validateRequest(version, method, pathname, body) : []),
        ...validateResponse(version, method, pathname, response.status, answer),
      ],
    }
  }
  return { call, hubspot }
}

/** An answer in which HubSpot's OpenAPI files find nothing wrong. */
export const sound = (status: number) => ({ status, problems: [] })
