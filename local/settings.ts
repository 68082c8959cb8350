import { environmentSecrets } from '../functions/runtime/environment-secrets.ts'
import type { SecretValues } from '../functions/runtime/platform.ts'

/** What `npm start` is told by its environment. */
export interface LocalSettings {
  /** The API listens here, the embedded HubSpot on the next one. 0: both take any free port. */
  readonly port: number
  /** An absent one means the embedded simulator. */
  readonly hubspotBaseUrl?: string
  readonly hubspotApiVersion: string
  readonly hubspotRequestsPer10Seconds: string
  readonly secrets: SecretValues
  /** What stands before `/hubspot/webhooks` in the address that HubSpot was given, behind a tunnel, say. */
  readonly publicUrl?: string
  /** Where queues, table and the embedded HubSpot live. Absent: in memory. */
  readonly dataDir?: string
}

/** A setting that cannot be used. The message is one sentence for the person who set it. */
export class UnusableSetting extends Error {
  override readonly name = 'UnusableSetting'
}

type Variables = Readonly<Record<string, string | undefined>>

/** Reads the environment variables of `npm start`; an empty one counts as unset. @throws UnusableSetting */
export function readSettings(variables: Variables): LocalSettings {
  const read = (name: string) => variables[name]?.trim() || undefined
  const hubspotBaseUrl = read('HUBSPOT_BASE_URL')
  const publicUrl = read('PUBLIC_URL')
  const dataDir = read('DATA_DIR')
  return {
    port: wholeNumber('PORT', read('PORT') ?? '4000', 0, 65534),
    ...(hubspotBaseUrl && { hubspotBaseUrl: httpUrl('HUBSPOT_BASE_URL', hubspotBaseUrl) }),
    hubspotApiVersion: oneOf('HUBSPOT_API_VERSION', read('HUBSPOT_API_VERSION') ?? 'v3', ['v3', '2026-09']),
    hubspotRequestsPer10Seconds: String(
      wholeNumber('HUBSPOT_REQUESTS_PER_10_SECONDS', read('HUBSPOT_REQUESTS_PER_10_SECONDS') ?? '100', 1, 10_000),
    ),
    secrets: usable(environmentSecrets(variables)),
    ...(publicUrl && { publicUrl: httpUrl('PUBLIC_URL', publicUrl) }),
    ...(dataDir && { dataDir }),
  }
}

/** In characters. Shorter ones can be guessed from one signed request. */
const SHORTEST_SIGNING_SECRET = 8

function usable(secrets: SecretValues): SecretValues {
  const keys = { WRITE_KEY: secrets.writeKeys, ADMIN_KEY: secrets.adminKeys }
  for (const [name, values] of Object.entries(keys)) {
    if (values.some(key => key.includes(':')))
      throw new UnusableSetting(`${name} has a colon; HTTP Basic ends the user name there, so use a key without one.`)
  }
  if (secrets.signingSecrets.some(secret => secret.replace(/^whsec_/, '').length < SHORTEST_SIGNING_SECRET))
    throw new UnusableSetting(
      `SIGNING_SECRET is shorter than ${SHORTEST_SIGNING_SECRET} characters; use a longer one, such as \`openssl rand -hex 24\` makes.`,
    )
  return secrets
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new UnusableSetting(`${name} is ${JSON.stringify(text)}; it must be a whole number from ${least} to ${most}.`)
}

function oneOf(name: string, text: string, allowed: readonly string[]): string {
  if (allowed.includes(text)) return text
  throw new UnusableSetting(`${name} is ${JSON.stringify(text)}; it must be ${allowed.join(' or ')}.`)
}

function httpUrl(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text.replace(/\/+$/, '')
  throw new UnusableSetting(`${name} is ${JSON.stringify(text)}; it must be a URL such as https://api.hubapi.com.`)
}
