import { expect, it } from 'vitest'
import { defineConfig } from '../../functions/core/config.ts'
import { wishesOf } from '../../functions/core/traits.ts'
import type { Json } from '../../functions/core/types.ts'

const plain = defineConfig({})

/** The wishes as an object: `[reason]` stands for what no property can hold. */
function wishes(traits: { readonly [trait: string]: Json }, config = plain) {
  return [...wishesOf(traits, config)].map(([name, wish]) => [name, 'value' in wish ? wish.value : [wish.unfit]])
}

it("Segment's reserved traits go to HubSpot's names, nested ones included", () => {
  const traits = {
    firstName: 'Alex',
    lastName: 'Doe',
    phone: '+1-202-555-0146',
    title: 'Engineer',
    website: 'https://example.com',
    birthday: '1990-05-02',
    address: { street: '1 Canal St', city: 'New Orleans', state: 'LA', postalCode: '70130', country: 'USA' },
    company: { name: 'Initech', industry: 'Software', employee_count: 12 },
    email: ' Alex@Example.com ',
  }

  expect(wishes(traits)).toStrictEqual([
    ['email', 'alex@example.com'],
    ['firstname', 'Alex'],
    ['lastname', 'Doe'],
    ['phone', '+1-202-555-0146'],
    ['jobtitle', 'Engineer'],
    ['website', 'https://example.com'],
    ['date_of_birth', '1990-05-02'],
    ['address', '1 Canal St'],
    ['city', 'New Orleans'],
    ['state', 'LA'],
    ['zip', '70130'],
    ['country', 'USA'],
    ['company', 'Initech'],
    ['industry', 'Software'],
    ['numemployees', 12],
  ])
})

it('any other trait goes to the property of its own name in lower case, with _ for spaces and dots', () => {
  expect(wishes({ 'Custom Flavor': 'chocolate', 'a.b  c': 1, deep: { Er: { est: true } } })).toStrictEqual([
    ['custom_flavor', 'chocolate'],
    ['a_b_c', 1],
    ['deep_er_est', true],
  ])
})

it('the configuration sends a trait elsewhere, or leaves it out with all that is in it', () => {
  const config = defineConfig({
    contacts: { traits: { 'plan.name': 'plan_name', secrets: false, firstName: 'nickname' } },
  })

  const found = wishes({ plan: { name: 'pro', seats: 3 }, secrets: { a: 1 }, firstName: 'Al' }, config)

  expect(found).toStrictEqual([
    ['plan_name', 'pro'],
    ['nickname', 'Al'],
    ['plan_seats', 3],
  ])
})

it('null and the empty text clear a property', () => {
  expect(wishes({ firstName: null, plan: '', email: null })).toStrictEqual([
    ['email', ''],
    ['firstname', ''],
    ['plan', ''],
  ])
})

it('a list of plain values becomes choices; anything else in a list fits nowhere', () => {
  expect(wishes({ tags: ['a', 1, true], none: [], bad: ['a', { b: 1 }], holes: [null] })).toStrictEqual([
    ['tags', 'a;1;true'],
    ['none', ''],
    ['bad', ['is a list of more than plain values']],
    ['holes', ['is a list of more than plain values']],
  ])
})

it.each([['not an address'], [5], [true], [['a@x.test', 'b@x.test']], ['a@b'], [`${'a'.repeat(250)}@x.test`]])(
  'what is no address is no wish for the email: %j',
  email => {
    expect(wishes({ email })).toStrictEqual([['email', ['is not an email address']]])
  },
)

it('an address is one however its trait is spelled', () => {
  expect(wishes({ age: 3, EMAIL: 'Alex@Example.com' })).toStrictEqual([
    ['email', 'alex@example.com'],
    ['age', 3],
  ])
  expect(wishes({ Email: 'nonsense' })).toStrictEqual([['email', ['is not an email address']]])
})

it("names of JavaScript's own objects are names like any other", () => {
  const traits = JSON.parse('{"__proto__": "a", "constructor": "b", "toString": "c", "x": {"__proto__": "d"}}')

  expect(wishes(traits)).toStrictEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
    ['tostring', 'c'],
    ['x___proto__', 'd'],
  ])
})

it('a name of 10,000 characters is no property, not even the one that its beginning names', () => {
  const long = 'a'.repeat(100)

  const found = new Map(wishesOf({ [long]: 'fits', [`${long}${'b'.repeat(9_900)}`]: 'does not' }, plain))

  expect(found.get(long)).toStrictEqual({ value: 'fits' })
  expect([...found.keys()].every(name => name.length <= 101)).toBe(true)
  expect([...found.values()].filter(wish => 'unfit' in wish)).toHaveLength(1)
})

it('a long name is not cut through a character', () => {
  const [name = ''] = [...wishesOf({ [`${'a'.repeat(99)}😀😀`]: 1 }, plain).keys()]

  expect(name.isWellFormed()).toBe(true)
})

it('what is nested too deeply is told, not followed', () => {
  let nested: Json = 'bottom'
  for (let depth = 0; depth < 12; depth += 1) nested = { in: nested }

  expect(wishes({ trait: nested })).toStrictEqual([['trait_in_in_in_in_in_in_in', ['is nested too deeply']]])
})

it('what a list, a subscription or an object reads has its place, and is sent to no property of its own name besides', () => {
  const config = defineConfig({
    lists: { VIPs: { when: 'traits.vip' }, Trial: { add: { track: 'Trial Started' } } },
    subscriptions: { Newsletter: { when: 'traits.mails.newsletter' } },
    objects: {
      teams: {
        type: 'tickets',
        from: 'identify',
        id: 'traits.team.id',
        uniqueProperty: 'team_id',
        fields: { subject: 'traits.team.name' },
        contact: { labelsFrom: 'traits.role' },
      },
      accounts: { type: 'companies', from: 'group', id: 'traits.plan', uniqueProperty: 'account_id' },
    },
  })
  const traits = {
    vip: true,
    mails: { newsletter: false, offers: true },
    team: { id: 7, name: 'Red', size: 3 },
    role: 'Lead',
    plan: 'pro',
  }

  expect(wishes(traits, config)).toStrictEqual([
    ['mails_offers', true],
    ['team_size', 3],
    // A group's traits are others.
    ['plan', 'pro'],
  ])
})

it('a trait that the configuration names goes to its property although a list reads it, too', () => {
  const config = defineConfig({ contacts: { traits: { vip: 'is_vip' } }, lists: { VIPs: { when: 'traits.vip' } } })

  expect(wishes({ vip: true }, config)).toStrictEqual([['is_vip', true]])
})
