import type { ActivityEvent } from '../event.ts'

/** HubSpot's limit on the names of events and of their properties. */
export const LONGEST_EVENT_NAME = 50

/** What becomes of page and screen calls that nobody names: HubSpot has room for 500 definitions, and for no more pages. */
const NAMELESS = { page: 'page_viewed', screen: 'screen_viewed' } as const

/**
 * The name of the event in HubSpot, without `pe<HubID>_`; `false` where it is left out.
 *
 *     Order Completed ► order_completed
 */
export function eventNameOf(
  { type, name }: ActivityEvent,
  names: { readonly [name: string]: string | false },
): string | false | { readonly unfit: string } {
  const mapped = Object.hasOwn(names, name) ? names[name] : undefined
  if (mapped !== undefined) return mapped
  if (type !== 'track') return NAMELESS[type]
  return hubSpotName(name) ?? { unfit: 'is no name that HubSpot takes for an event: give it one in events.names' }
}

/**
 * A name as HubSpot takes it: lower-case letters without accents, digits, and `_` for everything else.
 * @returns `undefined` when it would begin with anything but a letter, or be too long.
 */
export function hubSpotName(name: string): string | undefined {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  return /^[a-z]/.test(plain) && plain.length <= LONGEST_EVENT_NAME ? plain : undefined
}
