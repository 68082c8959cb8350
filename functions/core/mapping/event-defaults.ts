import type { ActivityEvent } from '../event.ts'
import type { Call } from '../mapping-settings.ts'
import type { Json } from '../types.ts'
import { valueAt } from './call.ts'
import type { Wish } from './wish.ts'

/** One of HubSpot's own properties, and where in the call its value was found. */
export interface Default {
  readonly name: string
  readonly path: string
  readonly wish: Wish
}

interface Source {
  readonly paths: readonly string[]
  /** HubSpot's form of a value; `undefined` where it has none: then the property is left out. */
  readonly form?: (value: string) => string | undefined
}

const asked = (name: string): readonly string[] => {
  const [first = '', ...others] = name.split('_')
  const camel = first + others.map(word => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
  return [
    `properties.${camel}`,
    `properties.hs${camel.slice(0, 1).toUpperCase()}${camel.slice(1)}`,
    `properties.${name}`,
  ]
}

/** HubSpot's choices, and the words of devices and libraries for them. */
const DEVICE_TYPES: Readonly<Record<string, string>> = {
  android: 'Smartphone',
  ios: 'Smartphone',
  mobile: 'Smartphone',
  phone: 'Smartphone',
  smartphone: 'Smartphone',
  tablet: 'Tablet',
  ipad: 'Tablet',
  desktop: 'Desktop',
  web: 'Personal Computer',
  pc: 'Personal Computer',
  'personal computer': 'Personal Computer',
  tv: 'Smart TV',
  'smart tv': 'Smart TV',
  smarttv: 'Smart TV',
  console: 'Game Console',
  'game console': 'Game Console',
  wearable: 'Wearable Computer',
  'wearable computer': 'Wearable Computer',
  pda: 'PDA',
}

const CONTENT_TYPES = [
  'BLOG_POST',
  'KNOWLEDGE_ARTICLE',
  'LANDING_PAGE',
  'LISTING_PAGE',
  'STANDARD_PAGE',
  'WEB_INTERACTIVE',
]

const deviceType = (value: string): string | undefined => {
  const known = value.toLowerCase()
  return Object.hasOwn(DEVICE_TYPES, known) ? DEVICE_TYPES[known] : undefined
}
const contentType = (value: string): string | undefined => {
  const known = value.toUpperCase().replace(/[\s-]+/g, '_')
  return CONTENT_TYPES.find(type => type === known)
}
/** Whether the portal's choices have a language with its country is not known. */
const language = (value: string): string | undefined => /^([a-z]{2,3})(?:[-_]|$)/i.exec(value)?.[1]?.toLowerCase()
const number = (value: string): string | undefined => (/^\d+(\.\d+)?$/.test(value) ? value : undefined)

/**
 * HubSpot's own properties of events, and where the Segment specification has their values: the first that is there.
 * RudderStack's destination knows eight of them, under the same names.
 * Source: https://developers.hubspot.com/docs/api-reference/legacy/events/define-events/guide
 */
const SOURCES: Readonly<Record<string, Source>> = {
  hs_asset_description: { paths: asked('asset_description') },
  hs_asset_type: { paths: asked('asset_type') },
  hs_browser: { paths: ['context.browser.name', 'context.browser', 'context.userAgentData.brands.0.brand'] },
  hs_campaign_id: { paths: [...asked('campaign_id'), 'context.campaign.id'] },
  hs_city: { paths: ['context.location.city', 'properties.address.city', 'traits.address.city'] },
  hs_country: { paths: ['context.location.country', 'properties.address.country', 'traits.address.country'] },
  hs_device_name: { paths: ['context.device.name', 'context.device.model'] },
  hs_device_type: { paths: ['context.device.type'], form: deviceType },
  hs_element_class: { paths: asked('element_class') },
  hs_element_id: { paths: asked('element_id') },
  hs_element_text: { paths: asked('element_text') },
  hs_language: { paths: ['context.locale'], form: language },
  hs_link_href: { paths: [...asked('link_href'), 'properties.href'] },
  hs_operating_system: { paths: ['context.os.name', 'context.userAgentData.platform'] },
  hs_operating_version: { paths: ['context.os.version', 'context.userAgentData.platformVersion'] },
  hs_page_content_type: { paths: asked('page_content_type'), form: contentType },
  hs_page_id: { paths: asked('page_id') },
  hs_page_title: { paths: ['context.page.title'] },
  hs_page_url: { paths: ['context.page.url'] },
  hs_parent_module_id: { paths: asked('parent_module_id') },
  hs_referrer: { paths: ['context.page.referrer', 'context.referrer.url'] },
  hs_region: { paths: ['context.location.region', 'properties.address.state', 'traits.address.state'] },
  hs_screen_height: { paths: ['context.screen.height'], form: number },
  hs_screen_width: { paths: ['context.screen.width'], form: number },
  hs_touchpoint_source: { paths: asked('touchpoint_source') },
  hs_tracking_name: { paths: asked('tracking_name') },
  hs_user_agent: { paths: ['context.userAgent'] },
  hs_utm_campaign: { paths: ['context.campaign.name', 'properties.utm_campaign'] },
  hs_utm_content: { paths: ['context.campaign.content', 'properties.utm_content'] },
  hs_utm_medium: { paths: ['context.campaign.medium', 'properties.utm_medium'] },
  hs_utm_source: { paths: ['context.campaign.source', 'properties.utm_source'] },
  hs_utm_term: { paths: ['context.campaign.term', 'properties.utm_term'] },
}

/** What the properties of a page call say of the page, and the name of a screen. */
const OF_PAGE: Readonly<Record<string, Source>> = {
  hs_page_title: { paths: ['properties.title', 'context.page.title', 'name'] },
  hs_page_url: { paths: ['properties.url', 'context.page.url'] },
  hs_referrer: { paths: ['properties.referrer', 'context.page.referrer', 'context.referrer.url'] },
}
const OF_SCREEN: Readonly<Record<string, Source>> = { hs_page_title: { paths: ['name'] } }

const SOURCES_OF: Readonly<Record<ActivityEvent['type'], readonly (readonly [string, Source])[]>> = {
  track: Object.entries(SOURCES),
  page: Object.entries({ ...SOURCES, ...OF_PAGE }),
  screen: Object.entries({ ...SOURCES, ...OF_SCREEN }),
}

/** What a call says of HubSpot's own properties of events. */
export function defaultsOf({ type }: ActivityEvent, call: Call): Default[] {
  return SOURCES_OF[type].flatMap(([name, { paths, form }]) => {
    for (const path of paths) {
      const given = textOf(valueAt(call, path))
      const value = given === undefined || form === undefined ? given : form(given)
      if (value !== undefined) return [{ name, path, wish: { value } }]
    }
    return []
  })
}

const textOf = (value: Json | undefined): string | undefined =>
  (typeof value === 'string' && value.trim() !== '') || typeof value === 'number' ? String(value).trim() : undefined
