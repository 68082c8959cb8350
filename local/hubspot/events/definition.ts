import { completeProperty, type Property, type PropertySketch } from '../crm/property.ts'

/** A kind of custom event, as the portal's people defined it. */
export interface EventDefinition {
  readonly id: string
  /** `order_completed` */
  readonly name: string
  /** `pe891936587_order_completed`: what senders name. */
  readonly fullyQualifiedName: string
  readonly label: string
  readonly description: string
  /** In paths and messages of its type: `CONTACT`. */
  readonly primaryObject: string
  readonly objectTypeId: string
  readonly properties: readonly Property[]
  readonly customMatchingId?: MatchingRule
  readonly createdAt: string
  readonly updatedAt: string
  /** Its name can never be used again (facts §9). */
  readonly archived: boolean
}

/** facts §9: an event property whose value names the record by a unique property of it. */
export interface MatchingRule {
  readonly eventPropertyName: string
  readonly targetObjectPropertyName: string
}

/** What suffices to define a kind of event. */
export interface EventSketch {
  /** `order_completed`: without the portal's prefix. */
  readonly name: string
  readonly label?: string
  readonly description?: string
  /** Default: CONTACT. */
  readonly primaryObject?: string
  readonly properties?: readonly PropertySketch[]
  /** Default: true. */
  readonly includeDefaultProperties?: boolean
  readonly customMatchingId?: MatchingRule
}

/** facts §9: the list is partly B. */
const DEFAULT_PROPERTIES: readonly string[] = [
  'hs_asset_description',
  'hs_asset_type',
  'hs_browser',
  'hs_campaign_id',
  'hs_city',
  'hs_country',
  'hs_device_name',
  'hs_device_type',
  'hs_element_class',
  'hs_element_id',
  'hs_element_text',
  'hs_form_correlation_id',
  'hs_form_id',
  'hs_form_type',
  'hs_language',
  'hs_link_href',
  'hs_operating_system',
  'hs_operating_version',
  'hs_page_content_type',
  'hs_page_id',
  'hs_page_title',
  'hs_page_url',
  'hs_parent_module_id',
  'hs_referrer',
  'hs_region',
  'hs_screen_height',
  'hs_screen_width',
  'hs_title',
  'hs_touchpoint_source',
  'hs_tracking_name',
  'hs_url',
  'hs_user_agent',
  'hs_utm_campaign',
  'hs_utm_content',
  'hs_utm_medium',
  'hs_utm_source',
  'hs_utm_term',
]

export const eventProperty = (sketch: PropertySketch, at: string): Property =>
  completeProperty(sketch, 'event_properties', at)

/** @param at ISO */
export function eventProperties(sketch: EventSketch, at: string): Property[] {
  const { properties = [], includeDefaultProperties = true } = sketch
  const own = new Set(properties.map(({ name }) => name))
  const others = includeDefaultProperties ? DEFAULT_PROPERTIES.filter(name => !own.has(name)) : []
  const standard = others.map(name => ({ name, hubspotDefined: true }))
  return [...properties, ...standard].map(property => eventProperty(property, at))
}
