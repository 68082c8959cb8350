import { CONTACT_PROPERTIES } from './contact-properties.ts'
import { COMPANIES, CONTACTS, DEALS, type ObjectType, TICKETS } from './object-type.ts'
import type { PropertySketch } from './property.ts'

const text = (name: string, label: string): PropertySketch => ({ name, label })
const choice = (name: string, label: string, options: readonly string[]): PropertySketch => ({
  name,
  label,
  type: 'enumeration',
  options,
})
const number = (name: string, label: string): PropertySketch => ({ name, label, type: 'number' })
const moment = (name: string, label: string): PropertySketch => ({ name, label, type: 'datetime' })
const readOnly = (name: string, label: string, type: PropertySketch['type'] = 'string'): PropertySketch => ({
  name,
  label,
  type,
  readOnly: true,
})

/** What every record of any type but contacts has. */
const COMMON: readonly PropertySketch[] = [
  text('hubspot_owner_id', 'Owner'),
  readOnly('hs_lastmodifieddate', 'Last Modified Date', 'datetime'),
  readOnly('hs_object_id', 'Record ID', 'number'),
  readOnly('hs_object_source', 'Record source'),
  { ...readOnly('hs_merged_object_ids', 'Merged record IDs'), calculated: true },
]

const COMPANY: readonly PropertySketch[] = [
  text('name', 'Company name'),
  text('domain', 'Company Domain Name'),
  text('hs_additional_domains', 'Additional Domains'),
  text('website', 'Website URL'),
  text('phone', 'Phone Number'),
  text('address', 'Street Address'),
  text('address2', 'Street Address 2'),
  text('city', 'City'),
  text('state', 'State/Region'),
  text('zip', 'Postal Code'),
  text('country', 'Country/Region'),
  text('description', 'Description'),
  text('timezone', 'Time Zone'),
  text('founded_year', 'Year Founded'),
  text('linkedin_company_page', 'LinkedIn Company Page'),
  text('twitterhandle', 'Twitter Handle'),
  number('numberofemployees', 'Number of Employees'),
  number('annualrevenue', 'Annual Revenue'),
  choice('industry', 'Industry', ['ACCOUNTING', 'BANKING', 'COMPUTER_SOFTWARE', 'INSURANCE', 'INTERNET', 'RETAIL']),
  choice('type', 'Type', ['PROSPECT', 'PARTNER', 'RESELLER', 'VENDOR', 'OTHER']),
  choice('lifecyclestage', 'Lifecycle Stage', [
    'subscriber',
    'lead',
    'marketingqualifiedlead',
    'salesqualifiedlead',
    'opportunity',
    'customer',
    'evangelist',
    'other',
  ]),
  readOnly('createdate', 'Create Date', 'datetime'),
  { ...readOnly('num_associated_contacts', 'Number of Associated Contacts', 'number'), calculated: true },
]

const DEAL: readonly PropertySketch[] = [
  text('dealname', 'Deal Name'),
  number('amount', 'Amount'),
  moment('closedate', 'Close Date'),
  choice('pipeline', 'Pipeline', ['default']),
  choice('dealstage', 'Deal Stage', [
    'appointmentscheduled',
    'qualifiedtobuy',
    'presentationscheduled',
    'decisionmakerboughtin',
    'contractsent',
    'closedwon',
    'closedlost',
  ]),
  choice('dealtype', 'Deal Type', ['newbusiness', 'existingbusiness']),
  text('deal_currency_code', 'Currency'),
  text('description', 'Deal Description'),
  choice('hs_priority', 'Priority', ['low', 'medium', 'high']),
  readOnly('createdate', 'Create Date', 'datetime'),
  { ...readOnly('hs_is_closed_won', 'Is Closed Won', 'bool'), calculated: true },
]

const TICKET: readonly PropertySketch[] = [
  text('subject', 'Ticket name'),
  { name: 'content', label: 'Ticket description', fieldType: 'textarea' },
  choice('hs_pipeline', 'Pipeline', ['0']),
  choice('hs_pipeline_stage', 'Ticket status', ['1', '2', '3', '4']),
  choice('hs_ticket_priority', 'Priority', ['LOW', 'MEDIUM', 'HIGH', 'URGENT']),
  {
    ...choice('hs_ticket_category', 'Category', [
      'PRODUCT_ISSUE',
      'BILLING_ISSUE',
      'FEATURE_REQUEST',
      'GENERAL_INQUIRY',
    ]),
    fieldType: 'checkbox',
  },
  choice('source_type', 'Source', ['CHAT', 'EMAIL', 'FORM', 'PHONE']),
  readOnly('createdate', 'Create date', 'datetime'),
  { ...readOnly('closed_date', 'Close date', 'datetime') },
]

const ofHubSpot = (...sketches: readonly PropertySketch[]) =>
  sketches.map(sketch => ({ ...sketch, hubspotDefined: true }))

/** An object type that every portal has, with the properties that an integration meets. */
export interface StandardObject {
  readonly type: ObjectType
  readonly properties: readonly PropertySketch[]
  readonly groups: readonly string[]
}

export const STANDARD_OBJECTS: readonly StandardObject[] = [
  {
    type: CONTACTS,
    properties: CONTACT_PROPERTIES,
    groups: ['emailinformation', 'analyticsinformation', 'contact_activity'],
  },
  { type: COMPANIES, properties: ofHubSpot(...COMPANY, ...COMMON), groups: ['company_activity'] },
  { type: DEALS, properties: ofHubSpot(...DEAL, ...COMMON), groups: ['deal_activity'] },
  { type: TICKETS, properties: ofHubSpot(...TICKET, ...COMMON), groups: ['ticket_activity'] },
]

export const CUSTOM_OBJECT_PROPERTIES: readonly PropertySketch[] = ofHubSpot(
  readOnly('hs_createdate', 'Object create date/time', 'datetime'),
  ...COMMON,
)
