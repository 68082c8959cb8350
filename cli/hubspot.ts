import { HubSpotClient } from '../functions/hubspot/client.ts'
import { Pace } from '../functions/hubspot/pacing.ts'
import { API_VERSIONS, type ApiVersion } from '../functions/hubspot/versions.ts'
import { environmentSecrets } from '../functions/runtime/environment-secrets.ts'
import type { Log, Metrics } from '../functions/runtime/platform.ts'
import { systemClock } from '../functions/runtime/system.ts'
import { isLoopback } from './api.ts'
import { type Environment, EXIT, Failed } from './command.ts'

const REAL = 'https://api.hubapi.com'
const API_PORT = '4000'
/** Calls in 10 seconds: deliveries need the rest of the account's limit meanwhile. */
const TRICKLE = 20

/** HubSpot as the environment names it, and where that is. */
export interface Reach {
  readonly hubspot: HubSpotClient
  readonly baseUrl: string
}

/**
 * The HubSpot that `npm start` would use with the same variables: the real one once there is a token, otherwise the one
 * that `npm start` embeds, on this machine. @param callsInTenSeconds the share of the account's limit @throws Failed: usage.
 */
export function reachHubSpot(environment: Environment, callsInTenSeconds = TRICKLE): Reach {
  const baseUrl = baseUrlOf(environment)
  const version = versionIn(environment)
  const secrets = environmentSecrets(environment)
  const hubspot = new HubSpotClient({
    baseUrl,
    version,
    secrets: { read: async () => secrets },
    pace: new Pace(callsInTenSeconds, systemClock),
    clock: systemClock,
    log: silent,
    metrics: uncounted,
  })
  return { hubspot, baseUrl }
}

/** The version of HubSpot's API that is to be spoken. @throws Failed: usage. */
export function versionIn(environment: Environment): ApiVersion {
  const given = environment.HUBSPOT_API_VERSION?.trim() || 'v3'
  const version = API_VERSIONS.find(known => known === given)
  if (version) return version
  throw new Failed(
    EXIT.usage,
    `HUBSPOT_API_VERSION is ${JSON.stringify(given)}; it must be ${API_VERSIONS.join(' or ')}.`,
  )
}

/** Whether the environment says anything of a HubSpot. */
export const namesHubSpot = (environment: Environment): boolean =>
  Boolean(environment.HUBSPOT_BASE_URL?.trim() || environment.HUBSPOT_ACCESS_TOKEN?.trim())

function baseUrlOf(environment: Environment): string {
  const given = environment.HUBSPOT_BASE_URL?.trim()
  if (!given) return environment.HUBSPOT_ACCESS_TOKEN?.trim() ? REAL : embedded(environment)
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return given.replace(/\/+$/, '')
  throw new Failed(EXIT.usage, `HUBSPOT_BASE_URL is ${JSON.stringify(given)}; it must be a URL such as ${REAL}.`)
}

/** On the port after the API's. */
const embedded = (environment: Environment): string => `http://127.0.0.1:${Number(apiPort(environment)) + 1}`

/** Of the vidsync on this machine: as `npm start` was given it, or as the other commands find it. */
function apiPort({ PORT, VIDSYNC_URL }: Environment): string {
  const url = VIDSYNC_URL?.trim()
  const named = url && URL.canParse(url) ? new URL(url) : undefined
  return PORT?.trim() || (named && isLoopback(named) && named.port) || API_PORT
}

export const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
export const uncounted: Metrics = { add: () => {} }
