import { describe, expect, it } from 'vitest'
import { type ConfigInput, defineConfig } from '../../../functions/core/config.ts'

type Objects = NonNullable<ConfigInput['objects']>

/** The sentences with which a configuration is refused, without the first line. */
function mistakesOf(input: ConfigInput): string[] {
  try {
    defineConfig(input)
    return []
  } catch (error) {
    const [first, ...lines] = error instanceof Error ? error.message.split('\n') : []
    expect(first).toBe('sync.config.ts is not valid:')
    return lines.map(line => line.trim())
  }
}

const company: Objects[string] = { from: 'group', id: 'groupId', uniqueProperty: 'company_id' }
const objects = (change: Partial<Objects[string]>, name = 'companies'): ConfigInput => ({
  objects: { [name]: { ...company, ...change } },
})
const field = (x: NonNullable<NonNullable<ConfigInput['contacts']>['fields']>[string]): ConfigInput => ({
  contacts: { fields: { x } },
})

describe('of contacts', () => {
  it.each<[string, ConfigInput]>([
    [
      'contacts.fields.internal_user_id: carries the user id; no field can set it',
      { contacts: { fields: { internal_user_id: 'traits.id' } } },
    ],
    [
      'contacts.traits.id: internal_user_id carries the user id; no trait can set it',
      { contacts: { traits: { id: 'internal_user_id' } } },
    ],
    [
      'contacts.traits.plan: x stands in contacts.fields, too; name it in one of them',
      { contacts: { traits: { plan: 'x' }, fields: { x: 'traits.tier' } } },
    ],
    [
      'contacts.fields.email: users are followed by their email: it takes no createOnly, append or keepEdits',
      { contacts: { fields: { email: { from: 'traits.mail', createOnly: true } } } },
    ],
    ['contacts.createOnly.0: the email cannot be: users are followed by it', { contacts: { createOnly: ['email'] } }],
    [
      'contacts.fields.x: createOnly never changes what exists, so that keepEdits has nothing to keep',
      field({ from: 'traits.x', createOnly: true, keepEdits: true }),
    ],
    [
      'contacts.fields.x: is createOnly, which never adds anything later, and append',
      field({ from: 'traits.x', createOnly: true, append: true }),
    ],
    [
      'contacts.fields.x: append takes nothing away, so that keepEdits has nothing to keep',
      field({ from: 'traits.x', append: true, keepEdits: true }),
    ],
    [
      'contacts.fields.x: append never clears; leave clear out',
      field({ from: 'traits.x', append: true, clear: false }),
    ],
    [
      'contacts.fields.x: has no path in braces, such as {traits.firstName}; give { value } for a constant',
      field({ template: 'Hello' }),
    ],
    [
      'contacts.fields.x: {firstName} is not a path into a call; give one such as {traits.firstName}',
      field({ template: 'Hello {firstName}' }),
    ],
    ['contacts.fields.x: properties.x stands in no identify call', field('properties.x')],
    [
      'contacts.fields.x: is not a field: give a path such as traits.plan, or { from }, { value }, { template } or { compute }',
      field('plan' as never),
    ],
    ['timeZone: is not a time zone: give one like Europe/Berlin or UTC', { timeZone: 'Berlin' }],
  ])('%s', (sentence, input) => {
    expect(mistakesOf(input)).toStrictEqual([sentence])
  })
})

describe('of objects', () => {
  it.each<[string, ConfigInput]>([
    [
      'objects.accounts: HubSpot has no accounts; give its type, such as companies or 2-1234567',
      objects({}, 'accounts'),
    ],
    ['objects.people.type: contacts are what the setting contacts is for', objects({ type: 'contacts' }, 'people')],
    ['objects.companies.id: properties.id stands in no group call', objects({ id: 'properties.id' })],
    [
      'objects.companies.fields.company_id: carries the id; no field can set it',
      objects({ fields: { company_id: 'groupId' } }),
    ],
    [
      'objects.companies.fields.city: properties.city stands in no group call',
      objects({ fields: { city: 'properties.city' } }),
    ],
    [
      'objects.companies.adoptBy: nothing gives its value; name domain in objects.companies.fields',
      objects({ adoptBy: 'domain' }),
    ],
    [
      'objects.companies.adoptBy: is the unique property, by which objects are found anyway',
      objects({ adoptBy: 'company_id' }),
    ],
    [
      'objects.companies.adoptBy: only an upsert takes objects over, and the mode is update',
      objects({ adoptBy: 'domain', mode: 'update', unmapped: 'send' }),
    ],
    [
      'objects.companies.contact.labels: has a label that HubSpot cannot have',
      objects({ contact: { labels: ['a;b'] } }),
    ],
    [
      'objects.companies.contact.labelsFrom: properties.role stands in no group call',
      objects({ contact: { labelsFrom: 'properties.role' } }),
    ],
    [
      'objects.companies.contact.removedBy: takes away in every call what the same call joins',
      objects({ contact: { removedBy: 'group' } }),
    ],
    [
      'objects.companies.contact.removedId: needs removedBy, which names the calls',
      objects({ contact: { removedId: 'properties.id' } }),
    ],
    [
      'objects.companies.contact.removedId: properties.id stands in no identify call',
      objects({ contact: { removedBy: 'identify', removedId: 'properties.id' } }),
    ],
  ])('%s', (sentence, input) => {
    expect(mistakesOf(input)).toStrictEqual([sentence])
  })

  it('two mappings cannot keep their ids in one property of one type', () => {
    expect(mistakesOf({ objects: { companies: company, employers: { ...company, type: 'companies' } } })).toStrictEqual(
      [
        'objects.employers.uniqueProperty: is that of objects.companies, too; give one of them another, or make the two one',
      ],
    )
    expect(mistakesOf({ objects: { companies: company, deals: company } })).toStrictEqual([])
  })
})

describe('of events, lists and subscriptions', () => {
  const done = { track: 'Done' } as const

  it.each<[string, ConfigInput]>([
    [
      'events.fields.x: an event is sent once: createOnly, append, keepEdits and clear have no meaning here',
      { events: { fields: { x: { value: 1, createOnly: true } } } },
    ],
    ['events.fields.x: groupOf is not a path', { events: { fields: { x: { template: '{groupOf}' } } } }],
    [
      `events.fields.${'x'.repeat(51)}: is longer than the 50 characters of an event's property`,
      { events: { fields: { ['x'.repeat(51)]: { value: 1 } } } },
    ],
    [
      'lists.Trial: has a call that both adds and removes',
      { lists: { Trial: { add: { track: ['Done', 'Begun'] }, remove: done } } },
    ],
    ['lists. : has no name', { lists: { ' ': { add: done } } }],
    [
      'lists.Trial: does not say who is in the list: give { when: path } or { add: calls, remove: calls }',
      { lists: { Trial: {} as never } },
    ],
    [
      'subscriptions.News: does not say who has subscribed: give { when: path } or { subscribe: calls, unsubscribe: calls }',
      { subscriptions: { News: {} } },
    ],
    [
      'subscriptions.News: has a call that both subscribes and unsubscribes',
      { subscriptions: { News: { subscribe: done, unsubscribe: done } } },
    ],
  ])('%s', (sentence, input) => {
    expect(
      mistakesOf(input).map(line =>
        line.replace(
          '{groupOf} is not a path into a call; give one such as {traits.firstName}',
          'groupOf is not a path',
        ),
      ),
    ).toStrictEqual([sentence])
  })
})

it('all mistakes are told at once', () => {
  expect(mistakesOf({ ...field('properties.x'), lists: { Trial: { add: 'group', remove: 'group' } } })).toHaveLength(2)
})

it('whatever is right is taken, with everything that settings can say', () => {
  const config = defineConfig({
    contacts: {
      fields: {
        plan_name: 'traits.plan',
        source: { value: 'product', createOnly: true },
        full_name: { template: '{traits.firstName} {traits.lastName}' },
        interests: { from: 'traits.interests', append: true },
        phone: { from: 'traits.phone', keepEdits: true, clear: false },
        score: { compute: ({ traits }) => Number(traits.points) * 2 },
      },
      unmapped: 'create',
    },
    objects: {
      companies: {
        ...company,
        from: ['group', { track: 'Company Renamed' }],
        adoptBy: 'domain',
        fields: { domain: 'traits.website' },
        contact: { one: true, labels: ['Member'], labelsFrom: 'traits.role', removedBy: { track: 'Left' } },
      },
      tickets: {
        from: { track: 'Asked' },
        id: 'properties.id',
        uniqueProperty: 'ticket_id',
        mode: 'insert',
        contact: false,
      },
    },
    events: { fields: { plan: 'traits.plan' }, names: { Heartbeat: false } },
    lists: { Trial: { add: { track: 'Trial Started' }, remove: { track: 'Trial Ended' } } },
    subscriptions: { News: { when: 'traits.news' } },
    timeZone: 'Europe/Berlin',
  })

  expect(config.objects.companies?.mode).toBe('upsert')
  expect(config.objects.companies?.unmapped).toBe('drop')
  expect(config.events.track).toBe(true)
})
