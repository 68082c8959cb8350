import type { PropertySketch } from './property.ts'

const LIFECYCLE_STAGES = [
  { value: 'subscriber', label: 'Subscriber' },
  { value: 'lead', label: 'Lead' },
  { value: 'marketingqualifiedlead', label: 'Marketing Qualified Lead' },
  { value: 'salesqualifiedlead', label: 'Sales Qualified Lead' },
  { value: 'opportunity', label: 'Opportunity' },
  { value: 'customer', label: 'Customer' },
  { value: 'evangelist', label: 'Evangelist' },
  { value: 'other', label: 'Other' },
]

const LEAD_STATUSES = [
  { value: 'NEW', label: 'New' },
  { value: 'OPEN', label: 'Open' },
  { value: 'IN_PROGRESS', label: 'In Progress' },
  { value: 'OPEN_DEAL', label: 'Open Deal' },
  { value: 'UNQUALIFIED', label: 'Unqualified' },
  { value: 'ATTEMPTED_TO_CONTACT', label: 'Attempted to Contact' },
  { value: 'CONNECTED', label: 'Connected' },
  { value: 'BAD_TIMING', label: 'Bad Timing' },
]

const LANGUAGES = [
  { value: 'en', label: 'English' },
  { value: 'en-gb', label: 'English - United Kingdom' },
  { value: 'en-us', label: 'English - United States' },
  { value: 'de', label: 'German' },
  { value: 'de-at', label: 'German - Austria' },
  { value: 'es', label: 'Spanish' },
  { value: 'fr', label: 'French' },
  { value: 'it', label: 'Italian' },
  { value: 'ja', label: 'Japanese' },
  { value: 'nl', label: 'Dutch' },
  { value: 'pl', label: 'Polish' },
  { value: 'pt', label: 'Portuguese' },
  { value: 'pt-br', label: 'Portuguese - Brazil' },
  { value: 'zh', label: 'Chinese' },
]

const text = (name: string, label: string): PropertySketch => ({ name, label })
const readOnly = (name: string, label: string, type: PropertySketch['type'] = 'string'): PropertySketch => ({
  name,
  label,
  type,
  readOnly: true,
})
const calculated = (name: string, label: string, type: PropertySketch['type'] = 'string'): PropertySketch => ({
  name,
  label,
  type,
  calculated: true,
})

const SKETCHES: readonly PropertySketch[] = [
  text('email', 'Email'),
  text('firstname', 'First Name'),
  text('lastname', 'Last Name'),
  { name: 'phone', label: 'Phone Number', fieldType: 'phonenumber' },
  { name: 'mobilephone', label: 'Mobile Phone Number', fieldType: 'phonenumber' },
  text('fax', 'Fax Number'),
  text('company', 'Company Name'),
  text('jobtitle', 'Job Title'),
  text('website', 'Website URL'),
  text('address', 'Street Address'),
  text('city', 'City'),
  text('state', 'State/Region'),
  text('zip', 'Postal Code'),
  text('country', 'Country/Region'),
  text('salutation', 'Salutation'),
  text('date_of_birth', 'Date of birth'),
  text('gender', 'Gender'),
  text('industry', 'Industry'),
  text('numemployees', 'Number of Employees'),
  text('annualrevenue', 'Annual Revenue'),
  text('twitterhandle', 'Twitter Username'),
  text('twitterbio', 'Twitter Bio'),
  text('linkedinbio', 'LinkedIn Bio'),
  text('school', 'School'),
  text('degree', 'Degree'),
  text('field_of_study', 'Field of study'),
  text('seniority', 'Seniority'),
  text('job_function', 'Job function'),
  text('marital_status', 'Marital Status'),
  text('military_status', 'Military status'),
  text('relationship_status', 'Relationship Status'),
  text('work_email', 'Work email'),
  { name: 'message', label: 'Message', fieldType: 'textarea' },
  { name: 'closedate', label: 'Close Date', type: 'datetime' },
  { name: 'graduation_date', label: 'Graduation date', type: 'string' },
  { name: 'start_date', label: 'Start date', type: 'string' },
  { name: 'kloutscoregeneral', label: 'Klout Score', type: 'number' },
  { name: 'followercount', label: 'Follower Count', type: 'number' },
  { name: 'hubspot_owner_id', label: 'Contact owner', type: 'string' },
  {
    name: 'lifecyclestage',
    label: 'Lifecycle Stage',
    type: 'enumeration',
    fieldType: 'radio',
    options: LIFECYCLE_STAGES,
  },
  { name: 'hs_lead_status', label: 'Lead Status', type: 'enumeration', fieldType: 'radio', options: LEAD_STATUSES },
  { name: 'hs_language', label: 'Preferred language', type: 'enumeration', options: LANGUAGES },
  {
    name: 'hs_buying_role',
    label: 'Buying Role',
    type: 'enumeration',
    fieldType: 'checkbox',
    options: ['BLOCKER', 'BUDGET_HOLDER', 'CHAMPION', 'DECISION_MAKER', 'END_USER', 'EXECUTIVE_SPONSOR', 'INFLUENCER'],
  },
  {
    name: 'hs_marketable_status',
    label: 'Marketing contact status',
    type: 'enumeration',
    readOnly: true,
    options: ['true', 'false'],
  },
  readOnly('createdate', 'Create Date', 'datetime'),
  readOnly('lastmodifieddate', 'Last Modified Date', 'datetime'),
  readOnly('hs_object_id', 'Record ID', 'number'),
  readOnly('hs_object_source', 'Record source'),
  readOnly('hs_additional_emails', 'Additional email addresses'),
  calculated('hs_merged_object_ids', 'Merged record IDs'),
  calculated('hs_calculated_merged_vids', 'Merged vids with timestamps of a contact'),
  calculated('hs_all_contact_vids', 'All vids for a contact'),
  calculated('hs_email_domain', 'Email Domain'),
  calculated('hs_full_name_or_email', 'Full name or email'),
  calculated('num_notes', 'Number of Sales Activities', 'number'),
  calculated('num_conversion_events', 'Number of Form Submissions', 'number'),
  calculated('hs_analytics_num_page_views', 'Number of Pageviews', 'number'),
  readOnly('hs_analytics_source', 'Original Traffic Source'),
]

/** The contact properties that a new portal has: those that an integration meets. */
export const CONTACT_PROPERTIES: readonly PropertySketch[] = SKETCHES.map(sketch => ({
  ...sketch,
  hubspotDefined: true,
}))

/** facts §13: only moves forward along these, unless cleared first. */
export const LIFECYCLE_ORDER: readonly string[] = LIFECYCLE_STAGES.map(stage => stage.value)
