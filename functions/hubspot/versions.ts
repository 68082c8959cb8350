/** The versions of HubSpot's API that we can speak. `v3` ends in September 2027. */
export const API_VERSIONS = ['v3', '2026-09'] as const
export type ApiVersion = (typeof API_VERSIONS)[number]

/** @throws Error naming the versions there are. */
export function apiVersion(text: string): ApiVersion {
  const version = API_VERSIONS.find(known => known === text)
  if (!version) throw new Error(`HUBSPOT_API_VERSION is "${text}"; it must be one of ${API_VERSIONS.join(', ')}.`)
  return version
}

/** The account's id and time zone. The SDK has no call for it. */
export const ACCOUNT_DETAILS = '/account-info/v3/details'

/**
 * The only endpoint that takes a secondary email away: of the first version, a preview to this day. Neither the SDK nor
 * an OpenAPI file knows it (https://legacydocs.hubspot.com/docs/methods/contacts/delete-a-secondary-email-address).
 */
export const SECONDARY_EMAILS = '/contacts/v1/secondary-email'

/** Whoever speaks `v3` may speak `v1` as well: both end in September 2027. The dated versions have no such endpoint. */
export const hasSecondaryEmails = (version: ApiVersion): boolean => version === 'v3'

// A dated version stands behind the name of the API, not in the middle of the path, so this is no plain exchange.
const DATED = [
  [/^\/crm\/v3\/(objects|properties|lists)(?=\/|$)/, '/crm/$1/{version}'],
  // HubSpot's collection of OpenAPI files leaves the labels out; its reference has them at the same place.
  [/^\/crm\/v4\/associations(?=\/)/, '/crm/associations/{version}'],
  [/^\/events\/v3\/(send|event-definitions)(?=\/|$)/, '/events/custom/{version}/$1'],
  [/^\/communication-preferences\/v4(?=\/)/, '/communication-preferences/{version}'],
  [/^\/account-info\/v3(?=\/)/, '/account-info/{version}'],
] as const

/**
 * The path in another version: the SDK knows only `v3`, and of some APIs, which have no `v3`, `v4`.
 * @throws Error for a path that has never been looked up in the other version's OpenAPI file.
 */
export function inVersion(path: string, version: ApiVersion): string {
  if (version === 'v3') return path
  for (const [pattern, dated] of DATED) {
    if (pattern.test(path)) return path.replace(pattern, dated.replace('{version}', version))
  }
  // What follows may hold somebody's address.
  const api = path.split('/', 4).join('/')
  throw new Error(`${api} has no known path in HubSpot's API version ${version}; add it to versions.ts.`)
}
