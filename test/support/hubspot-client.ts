import type { Answer } from '../../functions/core/hubspot.ts'
import { HubSpotClient, type HubSpotClientOptions } from '../../functions/hubspot/client.ts'
import { Pace } from '../../functions/hubspot/pacing.ts'
import { systemClock } from '../../functions/runtime/system.ts'
import { testSecrets } from './platform.ts'
import { Recorder } from './recorder.ts'

/** A client of the HubSpot that listens at a URL, in a hurry, and what it logs and measures. */
export function hubSpotClientAt(baseUrl: string, options: Partial<HubSpotClientOptions> = {}) {
  const recorder = new Recorder()
  const client = new HubSpotClient({
    baseUrl,
    version: 'v3',
    secrets: { read: async () => ({ ...testSecrets, hubspotAccessToken: 'local' }) },
    pace: new Pace(1_000, systemClock),
    clock: systemClock,
    log: recorder,
    metrics: recorder,
    ...options,
  })
  return { client, recorder }
}

/** The value of an answer that must be ok. */
export function okOf<T>(answer: Answer<T>): T {
  if (answer.kind !== 'ok') throw new Error(`The answer is ${JSON.stringify(answer)}`)
  return answer.value
}
