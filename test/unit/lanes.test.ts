import { expect, it } from 'vitest'
import { type ConfigInput, defineConfig } from '../../functions/core/config.ts'
import { lanesOf } from '../../functions/core/lanes.ts'

const OF_CONTACTS = ['live', 'bulk', 'verifying', 'conflict', 'rejected']
const quiet = { track: false, page: false, screen: false }
const companies = { from: 'group', id: 'groupId', uniqueProperty: 'account_id' } as const

it.each<[string, ConfigInput, readonly string[]]>([
  ['by default', {}, ['events', 'waiting']],
  ['without events', { events: quiet }, []],
  ['with pages alone', { events: { ...quiet, page: true } }, ['events', 'waiting']],
  ['with companies', { events: quiet, objects: { companies } }, ['objects', 'links', 'waiting']],
  [
    'with companies that are not joined to contacts',
    { events: quiet, objects: { companies: { ...companies, contact: false } } },
    // Ids that cannot be used are told beside the person.
    ['objects', 'links', 'waiting'],
  ],
  ['with lists', { events: quiet, lists: { Beta: { when: 'traits.beta' } } }, ['lists', 'waiting']],
  [
    'with subscriptions',
    { events: quiet, subscriptions: { News: { when: 'traits.news' } } },
    ['subscriptions', 'waiting'],
  ],
])('%s the lanes of contacts are used, and those of what is configured', (_, config, others) => {
  expect([...lanesOf(defineConfig(config))].sort()).toStrictEqual([...OF_CONTACTS, ...others].sort())
})
