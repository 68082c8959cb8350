import { readFileSync } from 'node:fs'
import type { SeenContact } from '../inspector.ts'
import { isObject, type SimulatorResponse } from '../message.ts'
import type { HubSpotSimulator } from '../simulator.ts'

let script: string | undefined

/** `GET /simulator/tracking.js`: what pages load in place of `https://js.hs-scripts.com/<HubID>.js`. */
export function trackingScript(): SimulatorResponse {
  script ??= readFileSync(new URL('client.js', import.meta.url), 'utf8')
  return { status: 200, headers: { 'content-type': 'text/javascript', 'cache-control': 'no-store' }, body: script }
}

/** `POST /simulator/track`: what the script reports. @returns the contact that the browser is now known to be */
export function track(hubspot: HubSpotSimulator, report: Readonly<Record<string, unknown>>): SeenContact | undefined {
  const { utk, identity } = report
  if (typeof utk !== 'string' || !/^[0-9a-f]{32}$/.test(utk)) throw new Error('"utk" must be 32 hexadecimal digits.')
  const named = Object.entries(isObject(identity) ? identity : {}).map(([name, value]) => [name, String(value)])
  return hubspot.trackVisit(utk, Object.fromEntries(named))
}
