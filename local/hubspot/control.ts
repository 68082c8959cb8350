import { changePortal, lookAtPortal, PORTAL_ACTS, PORTAL_LOOKS } from './control-portal.ts'
import { isObject, type SimulatorRequest, type SimulatorResponse, splitUrl } from './message.ts'
import type { HubSpotSimulator } from './simulator.ts'
import { track, trackingScript } from './tracking/endpoint.ts'
import { parseFaultRule } from './traffic/parse-fault.ts'

/**
 * What the simulator offers beside HubSpot's API, without a token: a look at what arrived, and switches and faults for
 * tests over HTTP. @returns undefined for everything that is not the simulator's own
 */
export function answerControl(hubspot: HubSpotSimulator, request: SimulatorRequest): SimulatorResponse | undefined {
  const { path, query } = splitUrl(request.url)
  if (path !== '/' && !path.startsWith('/simulator/')) return undefined
  if (path === '/simulator/tracking.js') return trackingScript()
  try {
    return json(200, control(hubspot, `${request.method} ${path}`, query, request.body ?? ''))
  } catch (error) {
    return json(400, { error: error instanceof Error ? error.message : String(error) })
  }
}

function control(hubspot: HubSpotSimulator, endpoint: string, query: URLSearchParams, body: string): unknown {
  switch (endpoint) {
    case 'GET /':
      return overview(hubspot)
    case 'GET /simulator/contacts':
      return { contacts: contacts(hubspot, query) }
    case 'GET /simulator/calls':
      return { ...hubspot.calls, last: hubspot.ledger.calls.slice(-20) }
    case 'GET /simulator/switches':
      return hubspot.switches
    case 'POST /simulator/switches':
      hubspot.setSwitches(parse(body))
      return hubspot.switches
    case 'GET /simulator/faults':
      return { faults: hubspot.faults }
    case 'POST /simulator/faults':
      hubspot.addFault(parseFaultRule(parse(body)))
      return { faults: hubspot.faults }
    case 'DELETE /simulator/faults':
      hubspot.clearFaults()
      return { faults: [] }
    case 'POST /simulator/forms': {
      const { email, properties } = parse(body)
      return hubspot.submitForm(String(email), texts(properties))
    }
    case 'POST /simulator/track':
      return track(hubspot, parse(body)) ?? {}
    case 'POST /simulator/merges': {
      const { primary, loser } = parse(body)
      return hubspot.mergeInUi(String(primary), String(loser))
    }
    case 'POST /simulator/archives': {
      const { vid } = parse(body)
      hubspot.archiveInUi(String(vid))
      return { archived: String(vid) }
    }
    case 'POST /simulator/restores': {
      const { vid } = parse(body)
      return hubspot.restoreInUi(String(vid))
    }
    case 'POST /simulator/erasures': {
      const { vid } = parse(body)
      return { erased: hubspot.eraseInUi(String(vid)) ? String(vid) : null }
    }
    default:
      return portalOf(hubspot, endpoint, query, body)
  }
}

function portalOf(hubspot: HubSpotSimulator, endpoint: string, query: URLSearchParams, body: string): unknown {
  const [method, path = ''] = endpoint.split(' ')
  const answer =
    method === 'GET'
      ? lookAtPortal(hubspot, path, query)
      : method === 'POST' && changePortal(hubspot, path, parse(body))
  if (!answer) throw new Error(`There is no ${endpoint}. GET / lists what there is.`)
  return answer
}

function overview(hubspot: HubSpotSimulator) {
  return {
    simulator: 'HubSpot, embedded. Nothing here leaves this machine.',
    portalId: hubspot.portalId,
    contacts: hubspot.contactCount,
    calls: hubspot.calls,
    look: [
      'GET /simulator/contacts?email=alex@example.com',
      'GET /simulator/contacts?limit=20',
      'GET /simulator/calls',
      'GET /simulator/switches',
      'GET /simulator/faults',
      'GET /simulator/tracking.js',
      ...PORTAL_LOOKS,
    ],
    act: [
      `POST /simulator/faults ${JSON.stringify({ match: { path: 'contacts/batch' }, fault: { kind: 'error', status: 503, when: 'before' }, times: 3 })}`,
      'DELETE /simulator/faults',
      `POST /simulator/merges ${JSON.stringify({ primary: '<vid>', loser: '<vid>' })}`,
      `POST /simulator/archives ${JSON.stringify({ vid: '<vid>' })}`,
      `POST /simulator/restores ${JSON.stringify({ vid: '<vid>' })}`,
      `POST /simulator/erasures ${JSON.stringify({ vid: '<vid>' })}`,
      `POST /simulator/switches ${JSON.stringify({ mergeIds: 'primary' })}`,
      `POST /simulator/track ${JSON.stringify({ utk: '0'.repeat(32), identity: { email: 'alex@example.com' } })}`,
      `POST /simulator/forms ${JSON.stringify({ email: 'alex@example.com', properties: { city: 'Rome' } })}`,
      ...PORTAL_ACTS,
    ],
  }
}

function contacts(hubspot: HubSpotSimulator, query: URLSearchParams) {
  const email = query.get('email')
  const vid = query.get('vid')
  if (email === null && vid === null) return hubspot.newestContacts(Number(query.get('limit') ?? 20) || 20)
  const contact = email === null ? hubspot.contact(vid ?? '') : hubspot.contactByEmail(email)
  return contact ? [contact] : []
}

function texts(raw: unknown): Record<string, string> {
  return isObject(raw) ? Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, String(value)])) : {}
}

function parse(body: string): Record<string, unknown> {
  const value: unknown = JSON.parse(body)
  if (!isObject(value)) throw new Error('The body must be a JSON object.')
  return value
}

const json = (status: number, body: unknown): SimulatorResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: `${JSON.stringify(body, undefined, 2)}\n`,
})
