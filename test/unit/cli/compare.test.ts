import { describe, expect, it } from 'vitest'
import { compare } from '../../../cli/portal/compare.ts'
import type { PortalView } from '../../../cli/portal/view.ts'
import { type ConfigInput, defineConfig } from '../../../functions/core/config.ts'
import type { PropertyDefinition } from '../../../functions/core/schema.ts'

const property = (name: string, changes: Partial<PropertyDefinition> = {}): PropertyDefinition => ({
  name,
  type: 'string',
  readOnly: false,
  multiple: false,
  unique: false,
  ...changes,
})
const options = (...values: string[]) => values.map(value => ({ value, label: value.toUpperCase() }))
const id = property('internal_user_id', { unique: true })

/** Properties that vidsync's own mapping goes to, so that they are not in the way of what a test is about. */
const USUAL = [
  'email firstname lastname phone jobtitle website company industry numemployees address city state zip country',
  'date_of_birth gender',
].flatMap(names => names.split(' ').map(name => property(name)))

function portal(
  contacts: readonly PropertyDefinition[] = [],
  others: Partial<Omit<PortalView, 'properties'>> & {
    readonly objects?: Readonly<Record<string, readonly PropertyDefinition[]>>
  } = {},
): PortalView {
  const { objects = {}, ...rest } = others
  return {
    id: '1',
    labels: new Map(),
    lists: new Map(),
    events: { known: [] },
    ...rest,
    properties: new Map([
      ['contacts', { known: [...USUAL, id, ...contacts] }],
      ...Object.entries(objects).map(([type, known]) => [type, { known }] as const),
    ]),
  }
}

const findings = (config: ConfigInput, view: PortalView) => compare(defineConfig(config), view)

describe('a configuration compared with a portal', () => {
  it('has nothing to say where everything is there', () => {
    const view = portal([property('plan')])

    expect(findings({ contacts: { traits: { plan: 'plan' }, createOnly: ['plan'] } }, view)).toEqual([])
  })

  it('names the setting of a missing property, and one that may be meant', () => {
    const view = portal([property('plan_name')])

    expect(findings({ contacts: { traits: { 'plan.name': 'plan_nam' } } }, view)).toMatchObject([
      {
        severity: 'error',
        code: 'missing_property',
        setting: 'contacts.traits["plan.name"]',
        message: expect.stringContaining('there is plan_name'),
      },
    ])
  })

  it('tells of a property once, however many settings want it', () => {
    const config: ConfigInput = { contacts: { traits: { a: 'shoe', b: 'shoe' }, createOnly: ['shoe'] } }

    expect(findings(config, portal())).toHaveLength(1)
  })

  it('only notes what vidsync maps by itself and the portal does without', () => {
    const view = { ...portal(), properties: new Map([['contacts', { known: [property('email'), id] }]]) }

    const severities = new Set(findings({}, view).map(({ severity }) => severity))

    expect([...severities]).toEqual(['note'])
  })

  it('names properties that nobody may write', () => {
    const view = portal([property('score', { readOnly: true })])

    expect(findings({ contacts: { fields: { score: 'traits.score' } } }, view)).toMatchObject([
      { severity: 'error', code: 'read_only', setting: 'contacts.fields.score' },
    ])
  })

  it.each([
    ['a constant that is no number', { value: 'many' }, property('seats', { type: 'number' }), 'wrong_type'],
    ['a template for a date', { template: '{traits.a} x' }, property('seats', { type: 'date' }), 'wrong_type'],
    ['the time of the call for a number', 'timestamp', property('seats', { type: 'number' }), 'wrong_type'],
    ['appending to a text', { from: 'traits.a', append: true }, property('seats'), 'wrong_type'],
    [
      'a constant that is no option',
      { value: 'smal' },
      property('seats', { type: 'enumeration', options: options('small', 'large') }),
      'unknown_option',
    ],
  ] as const)('finds %s', (_, field, definition, code) => {
    const found = findings({ contacts: { fields: { seats: field } } }, portal([definition]))

    expect(found).toMatchObject([{ severity: 'error', code, setting: 'contacts.fields.seats' }])
  })

  it('proposes the option that is meant', () => {
    const definition = property('size', { type: 'enumeration', options: options('small', 'large') })

    const [found] = findings({ contacts: { fields: { size: { value: 'smal' } } } }, portal([definition]))

    expect(found).toMatchObject({
      message: expect.stringContaining('small, large'),
      advice: expect.stringContaining('"small"'),
    })
  })

  it.each([
    ['a label for its option', { value: 'SMALL' }, property('x', { type: 'enumeration', options: options('small') })],
    ['the time of the call for a date', 'timestamp', property('x', { type: 'date' })],
    ['a path of which nobody knows the values', 'traits.any', property('x', { type: 'number' })],
    ['a function', { compute: () => 1 }, property('x', { type: 'number' })],
    [
      'appending to checkboxes',
      { from: 'traits.a', append: true },
      property('x', { type: 'enumeration', multiple: true }),
    ],
  ] as const)('takes %s', (_, field, definition) => {
    expect(findings({ contacts: { fields: { x: field } } }, portal([definition]))).toEqual([])
  })

  it('creates a property only where the configuration itself says of which type its values are', () => {
    const fields = { source: { value: 'app' }, size: { value: 3 }, seen: 'timestamp', plan: 'traits.plan' } as const

    const found = findings({ contacts: { fields } }, portal())

    expect(found.map(({ creation }) => creation?.kind === 'property' && creation.property.type)).toEqual([
      'string',
      'number',
      'datetime',
      false,
    ])
  })
})

describe('the unique property', () => {
  const without = (...definitions: PropertyDefinition[]): PortalView => ({
    ...portal(),
    properties: new Map([['contacts', { known: [...USUAL, ...definitions] }]]),
  })

  it('of contacts is created by the first delivery, too: its absence is no error', () => {
    expect(findings({}, without())).toMatchObject([
      {
        severity: 'warning',
        code: 'missing_unique_property',
        creation: { type: 'contacts', property: { name: 'internal_user_id', unique: true } },
      },
    ])
  })

  it('that is not unique cannot be made so', () => {
    expect(findings({}, without(property('internal_user_id')))).toMatchObject([
      { severity: 'error', code: 'not_unique', setting: 'contacts.uniqueProperty' },
    ])
  })

  it('is not created where HubSpot has as many as it allows', () => {
    const ten = Array.from({ length: 10 }, (_, index) => property(`u${index}`, { unique: true }))

    const [found] = findings({}, without(...ten))

    expect(found).toMatchObject({ code: 'missing_unique_property', message: expect.stringContaining('10') })
    expect(found?.creation).toBeUndefined()
  })
})

describe('objects', () => {
  const companies = {
    companies: { from: 'group', id: 'groupId', uniqueProperty: 'company_id', fields: { name: 'traits.name' } },
  } as const

  it('want their unique property, their fields and what they are adopted by', () => {
    const config = { objects: { companies: { ...companies.companies, unmapped: 'send', adoptBy: 'domain' } } } as const

    const found = findings(config, portal([], { objects: { companies: [property('name')] } }))

    expect(found).toMatchObject([
      { severity: 'error', code: 'missing_unique_property', setting: 'objects.companies.uniqueProperty' },
      { severity: 'error', code: 'missing_property', setting: 'objects.companies.adoptBy' },
    ])
  })

  it('of a type that HubSpot does not know are one finding', () => {
    const view = portal()
    const properties = new Map([...view.properties, ['companies', { kept: 'refused', words: 'no' } as const] as const])

    expect(findings({ objects: companies }, { ...view, properties })).toMatchObject([
      { severity: 'error', code: 'unknown_type' },
    ])
  })

  it('that the token may not see say which scope is missing, in the words of HubSpot', () => {
    const view = portal()
    const words = 'Missing scopes: crm.schemas.companies.read.'
    const properties = new Map([...view.properties, ['companies', { kept: 'forbidden', words } as const] as const])

    expect(findings({ objects: companies }, { ...view, properties })).toMatchObject([
      { severity: 'error', code: 'missing_scope', message: expect.stringContaining('crm.schemas.companies.read') },
    ])
  })

  it('want the labels of their associations', () => {
    const config: ConfigInput = { objects: { companies: { ...companies.companies, contact: { labels: ['Owner'] } } } }
    const own = { companies: [property('name'), property('company_id', { unique: true })] }
    const labelled = (label: string) =>
      new Map([['companies', { known: [{ category: 'USER_DEFINED', typeId: 1, label }] }]])

    const right = findings(config, portal([], { objects: own, labels: labelled('Owner') }))
    const wrong = findings(config, portal([], { objects: own, labels: labelled('Owners') }))

    expect(right).toEqual([])
    expect(wrong).toMatchObject([
      {
        code: 'unknown_label',
        message: expect.stringContaining('Owners'),
        creation: { kind: 'label', label: 'Owner' },
      },
    ])
  })
})

describe('events, lists and subscriptions', () => {
  const bought: ConfigInput = { events: { names: { 'Order Completed': 'bought' } } }

  it('an event that the first occurrence creates, whose properties nobody else knows, is a note; otherwise an error', () => {
    const [automatic] = findings(bought, portal())
    const [manual] = findings({ events: { ...bought.events, create: false } }, portal())

    expect(automatic).toMatchObject({ severity: 'note', code: 'unknown_event' })
    expect(automatic).not.toHaveProperty('creation')
    expect(manual).toMatchObject({ severity: 'error', code: 'unknown_event', creation: { name: 'bought' } })
  })

  it('an event that only another setting names is known by its normalised name', () => {
    const lists = { Buyers: { add: { track: 'Order Completed' } } } as const
    const config: ConfigInput = { lists, events: { create: false } }

    const found = findings(config, portal([], { lists: new Map([['Buyers', { known: '7' }]]) }))

    expect(found).toMatchObject([
      { code: 'unknown_event', setting: 'lists.Buyers', creation: { name: 'order_completed' } },
    ])
  })

  it('a definition without a property of the configuration is warned of', () => {
    const config: ConfigInput = { events: { ...bought.events, fields: { plan: 'traits.plan' } } }
    const known = [{ name: 'bought', fullName: 'pe1_bought', properties: ['hs_city'] }]

    expect(findings(config, portal([], { events: { known } }))).toMatchObject([
      { severity: 'warning', code: 'unknown_event_property', setting: 'events.fields.plan' },
    ])
  })

  it('an account without events is told so, and nothing is said where none are configured', () => {
    const view = portal([], { events: { kept: 'forbidden', words: 'no' } })

    expect(findings({}, view)).toMatchObject([{ severity: 'error', code: 'missing_scope', setting: 'events' }])
    expect(findings({ events: { track: false } }, view)).toEqual([])
  })

  it('a list that is missing is created, and one of another kind is in the way', () => {
    const config: ConfigInput = { lists: { VIP: { when: 'traits.vip' }, Churned: { when: 'traits.churned' } } }
    const lists = new Map([
      ['VIP', { known: undefined }],
      ['Churned', { kept: 'refused', words: 'dynamic' }],
    ] as const)

    expect(findings(config, portal([], { lists }))).toMatchObject([
      { code: 'unknown_list', creation: { kind: 'list', name: 'VIP' } },
      { code: 'wrong_list', setting: 'lists.Churned' },
    ])
  })

  it('a subscription type can only be created by a person', () => {
    const config: ConfigInput = { subscriptions: { Newsletter: { when: 'traits.news' } } }

    const [found] = findings(config, portal([], { subscriptions: { known: [{ id: '1', name: 'News letter' }] } }))

    expect(found).toMatchObject({ code: 'unknown_subscription', message: expect.stringContaining('News letter') })
    expect(found?.creation).toBeUndefined()
  })
})
