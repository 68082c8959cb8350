import { expect, it } from 'vitest'
import { defineConfig } from '../../functions/core/config.ts'

it('needs nothing to be said', () => {
  const config = defineConfig({})

  expect(config.contacts).toStrictEqual({
    uniqueProperty: 'internal_user_id',
    traits: {},
    createOnly: [],
    fields: {},
    unmapped: 'send',
  })
  expect(config.delivery.holds).toStrictEqual([10, 60, 300])
  expect(config.limits).toStrictEqual({ properties: 200, bytes: 64_000 })
})

it.each<[string, unknown, string]>([
  ['a setting that does not exist', { contact: {} }, 'contact: there is no such setting'],
  ['a misspelt setting inside', { delivery: { fillwait: 1 } }, 'delivery.fillwait'],
  ['a property that HubSpot cannot have', { contacts: { traits: { plan: 'Plan Name' } } }, 'contacts.traits.plan'],
  ['a policy that nobody knows', { policies: { deletedInHubSpot: 'forget' } }, 'policies.deletedInHubSpot'],
  ['an email that is only sent once', { contacts: { createOnly: ['email'] } }, 'contacts.createOnly.0'],
  ['an origin with a path', { browser: { origins: ['https://app.example.com/'] } }, 'browser.origins.0'],
  ['an origin that no browser sends', { browser: { origins: ['app.example.com'] } }, 'browser.origins.0'],
  ['what is missing', { objects: { companies: { from: 'group', id: 'groupId' } } }, 'uniqueProperty: is missing'],
  ['a negative time', { delivery: { firstProbe: -1 } }, 'delivery.firstProbe'],
  ['a limit beyond what an item can hold', { limits: { bytes: 1_000_000 } }, 'limits.bytes'],
])('%s is refused by its name', (_, input, setting) => {
  expect(() => defineConfig(JSON.parse(JSON.stringify(input)))).toThrow(setting)
})
