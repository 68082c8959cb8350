/** What differs between contacts, companies and custom objects. */
export interface ObjectType {
  /** In paths: `contacts`. */
  readonly name: string
  /** `0-1`: accepted in paths, too. */
  readonly typeId: string
  /** Also accepted in paths: `contact`. */
  readonly otherNames: readonly string[]
  /** In messages: `CONTACT`. */
  readonly legacyName: string
  /** In messages: `Contact`. */
  readonly label: string
  readonly pluralLabel: string
  /** What is returned when no property is asked for. */
  readonly defaultProperties: readonly string[]
  /** Returned whatever was asked for: the id and both times. */
  readonly alwaysShown: readonly string[]
  /** Whether `email`, with secondary addresses, identifies records (facts §4). */
  readonly hasEmails: boolean
  /** Without these nothing is created, in any version. */
  readonly requiredProperties: readonly string[]
  /** Where properties go that name no group. */
  readonly group: string
  /** facts §3.9: what calls need. */
  readonly scopes: Scopes
  /** Of a custom object (facts §0 B): how its people named it. */
  readonly custom?: CustomObject
}

export interface Scopes {
  readonly read: string
  readonly write: string
  readonly readSchema: string
  readonly writeSchema: string
}

export interface CustomObject {
  /** `p891936587_pets`. */
  readonly fullyQualifiedName: string
  readonly primaryDisplayProperty: string
  readonly secondaryDisplayProperties: readonly string[]
  readonly searchableProperties: readonly string[]
  readonly createdAt: string
}

const scopesOf = (name: string): Scopes => ({
  read: `crm.objects.${name}.read`,
  write: `crm.objects.${name}.write`,
  readSchema: `crm.schemas.${name}.read`,
  writeSchema: `crm.schemas.${name}.write`,
})

const CREATED_AND_CHANGED = ['createdate', 'hs_lastmodifieddate', 'hs_object_id']

export const CONTACTS: ObjectType = {
  name: 'contacts',
  typeId: '0-1',
  otherNames: ['contact'],
  legacyName: 'CONTACT',
  label: 'Contact',
  pluralLabel: 'Contacts',
  defaultProperties: ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname'],
  alwaysShown: ['createdate', 'hs_object_id', 'lastmodifieddate'],
  hasEmails: true,
  requiredProperties: [],
  group: 'contactinformation',
  scopes: scopesOf('contacts'),
}

/** HubSpot's pages on companies: the API does not see to it that domains are unique. */
export const COMPANIES: ObjectType = {
  name: 'companies',
  typeId: '0-2',
  otherNames: ['company'],
  legacyName: 'COMPANY',
  label: 'Company',
  pluralLabel: 'Companies',
  defaultProperties: ['domain', 'name', ...CREATED_AND_CHANGED],
  alwaysShown: CREATED_AND_CHANGED,
  hasEmails: false,
  requiredProperties: [],
  group: 'companyinformation',
  scopes: scopesOf('companies'),
}

export const DEALS: ObjectType = {
  name: 'deals',
  typeId: '0-3',
  otherNames: ['deal'],
  legacyName: 'DEAL',
  label: 'Deal',
  pluralLabel: 'Deals',
  defaultProperties: ['amount', 'closedate', 'dealname', 'dealstage', 'pipeline', ...CREATED_AND_CHANGED],
  alwaysShown: CREATED_AND_CHANGED,
  hasEmails: false,
  requiredProperties: [],
  group: 'dealinformation',
  scopes: scopesOf('deals'),
}

export const TICKETS: ObjectType = {
  name: 'tickets',
  typeId: '0-5',
  otherNames: ['ticket'],
  legacyName: 'TICKET',
  label: 'Ticket',
  pluralLabel: 'Tickets',
  defaultProperties: [
    'content',
    'hs_pipeline',
    'hs_pipeline_stage',
    'hs_ticket_category',
    'hs_ticket_priority',
    'subject',
    ...CREATED_AND_CHANGED,
  ],
  alwaysShown: CREATED_AND_CHANGED,
  hasEmails: false,
  requiredProperties: ['hs_pipeline_stage'],
  group: 'ticketinformation',
  scopes: { read: 'tickets', write: 'tickets', readSchema: 'tickets', writeSchema: 'tickets' },
}

/** What suffices to define a custom object; the rest is filled in as HubSpot would. */
export interface ObjectSketch {
  /** `pets`: without the portal's prefix. */
  readonly name: string
  readonly label?: string
  readonly pluralLabel?: string
  readonly requiredProperties?: readonly string[]
  readonly primaryDisplayProperty?: string
  readonly secondaryDisplayProperties?: readonly string[]
  readonly searchableProperties?: readonly string[]
}

/** @param typeId `2-N`; @param createdAt ISO */
export function customObjectType(
  sketch: ObjectSketch,
  typeId: string,
  portalId: number,
  createdAt: string,
): ObjectType {
  const { name, label = name, pluralLabel = label, requiredProperties = [], primaryDisplayProperty = '' } = sketch
  const fullyQualifiedName = `p${portalId}_${name}`
  const always = ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id']
  return {
    name: fullyQualifiedName,
    typeId,
    otherNames: [name, `p_${name}`],
    legacyName: typeId,
    label,
    pluralLabel,
    defaultProperties: always,
    alwaysShown: always,
    hasEmails: false,
    requiredProperties,
    group: `${name}_information`,
    scopes: scopesOf('custom'),
    custom: {
      fullyQualifiedName,
      primaryDisplayProperty,
      secondaryDisplayProperties: sketch.secondaryDisplayProperties ?? [],
      searchableProperties: sketch.searchableProperties ?? [],
      createdAt,
    },
  }
}
