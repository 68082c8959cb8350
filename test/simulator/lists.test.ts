import { describe, expect, test } from 'vitest'
import type { HubSpotOptions } from '../../local/hubspot/index.ts'
import { open } from './portal.ts'

async function portal(options: HubSpotOptions = {}) {
  const opened = await open(options)
  const [a = '', b = '', c = ''] = ['a@x.com', 'b@x.com', 'c@x.com'].map(
    email => opened.hubspot.seedContact({ email }).vid,
  )
  return { ...opened, a, b, c }
}

const body = { name: 'Customers', objectTypeId: '0-1', processingType: 'MANUAL' }

describe.each(['/crm/v3/lists', '/crm/lists/2026-09'])('%s', path => {
  test('facts §10: a list is made with 200, found by id and by name, and its name is taken', async () => {
    const { call } = await portal()

    const made = await call('POST', path, body)
    const again = await call('POST', path, body)
    const byId = await call('GET', `${path}/1`)
    const byName = await call('GET', `${path}/object-type-id/0-1/name/Customers`)
    const none = await call('GET', `${path}/object-type-id/0-1/name/Others`)

    expect([made, again, byId, byName, none].map(({ status }) => status)).toEqual([200, 400, 200, 200, 404])
    expect(made.body).toMatchObject({ list: { listId: '1', name: 'Customers', processingType: 'MANUAL', size: 0 } })
    expect(byName.body).toEqual(byId.body)
    expect(again.body.message).toContain('Customers')
  })

  test('facts §10: members are added and removed; unknown ids are missing', async () => {
    const { call, hubspot, a, b, c } = await portal()
    await call('POST', path, body)

    const added = await call('PUT', `${path}/1/memberships/add`, [a, b, '17'])
    const removed = await call('PUT', `${path}/1/memberships/remove`, [b, '17'])
    const both = await call('PUT', `${path}/1/memberships/add-and-remove`, {
      recordIdsToAdd: [c],
      recordIdsToRemove: [a],
    })
    const members = await call('GET', `${path}/1/memberships`)

    expect([added, removed, both].map(reply => reply.body)).toEqual([
      { recordsIdsAdded: [a, b], recordIdsRemoved: [], recordIdsMissing: ['17'] },
      { recordsIdsAdded: [], recordIdsRemoved: [b], recordIdsMissing: ['17'] },
      { recordsIdsAdded: [c], recordIdsRemoved: [a], recordIdsMissing: [] },
    ])
    expect(members.body.results).toMatchObject([{ recordId: c }])
    expect(hubspot.lists.members('Customers')).toEqual([c])
    expect(hubspot.ledger.deeds.map(({ kind }) => kind)).toEqual(['join', 'join', 'leave', 'join', 'leave'])
  })
})

describe('lists', () => {
  test('facts §10: only MANUAL and SNAPSHOT take members', async () => {
    const { call, a } = await portal()
    for (const processingType of ['MANUAL', 'SNAPSHOT', 'DYNAMIC']) {
      await call('POST', '/crm/v3/lists', { ...body, name: processingType, processingType })
    }

    const replies = await Promise.all([1, 2, 3].map(id => call('PUT', `/crm/v3/lists/${id}/memberships/add`, [a])))

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 400])
  })

  test.each(['unreported', 'missing'] as const)(
    'facts §10, switch listAlreadyMember %s: who is there already is left',
    async listAlreadyMember => {
      const { call, hubspot, a, b } = await portal({ switches: { listAlreadyMember } })
      hubspot.lists.define({ name: 'Customers' })
      hubspot.lists.change('Customers', { add: [a] })
      const change = { recordIdsToAdd: [a], recordIdsToRemove: [b] }

      const reply = await call('PUT', '/crm/v3/lists/1/memberships/add-and-remove', change)

      const recordIdsMissing = listAlreadyMember === 'missing' ? [a, b] : []
      expect(reply.body).toEqual({ recordsIdsAdded: [], recordIdsRemoved: [], recordIdsMissing })
      expect(hubspot.lists.members('Customers')).toEqual([a])
    },
  )

  test.each(['new', 'primary'] as const)(
    'switch mergeIds %s: the survivor takes the place of its losers',
    async mergeIds => {
      const { hubspot, a, b, c } = await portal({ switches: { mergeIds } })
      hubspot.lists.define({ name: 'Customers' })
      hubspot.lists.define({ name: 'Readers' })
      hubspot.lists.change('Customers', { add: [b, c] })
      hubspot.lists.change('Readers', { add: [a, b] })

      const survivor = hubspot.mergeInUi(a, b).vid

      expect(hubspot.lists.of(survivor)).toEqual(['Customers', 'Readers'])
      expect(hubspot.lists.of(b)).toEqual(['Customers', 'Readers'])
      expect([...hubspot.lists.members('Readers')]).toEqual([survivor])
    },
  )

  test.each(['followed', 'missing'] as const)('switch listMergedAway %s: a merged-away id', async listMergedAway => {
    const { call, hubspot, a, b } = await portal({ switches: { listMergedAway } })
    hubspot.lists.define({ name: 'Customers' })
    const survivor = hubspot.mergeInUi(a, b).vid

    const reply = await call('PUT', '/crm/v3/lists/1/memberships/add', [b])

    const followed = listMergedAway === 'followed'
    expect(reply.body).toMatchObject({ recordIdsMissing: followed ? [] : [b] })
    expect(hubspot.lists.members('Customers')).toEqual(followed ? [survivor] : [])
  })

  test('facts §10: an archived record leaves its lists, and an erased one', async () => {
    const { hubspot, a, b } = await portal()
    hubspot.lists.define({ name: 'Customers' })
    hubspot.lists.change('Customers', { add: [a, b] })

    hubspot.archiveInUi(a)
    hubspot.eraseInUi(b)

    expect(hubspot.lists.members('Customers')).toEqual([])
  })

  test('a list is renamed, deleted and restored, and found by a part of its name', async () => {
    const { call, hubspot } = await portal()
    hubspot.lists.define({ name: 'Customers' })
    hubspot.lists.define({ name: 'Companies', type: 'companies' })

    const renamed = await call('PUT', '/crm/v3/lists/1/update-list-name?listName=Old%20customers')
    const found = await call('POST', '/crm/v3/lists/search', { query: 'customer', offset: 0 })
    const deleted = await call('DELETE', '/crm/v3/lists/1')
    const gone = await call('GET', '/crm/v3/lists/1')
    const restored = await call('PUT', '/crm/v3/lists/1/restore')

    expect([renamed, found, deleted, gone, restored].map(({ status }) => status)).toEqual([200, 200, 204, 404, 204])
    expect(found.body.total).toBe(1)
    expect(hubspot.lists.get('Old customers')).toMatchObject({ id: '1' })
    expect(hubspot.lists.get('Companies')).toMatchObject({ typeId: '0-2' })
  })

  test.each([
    ['crm.lists.read', 'GET', '/crm/v3/lists/1'],
    ['crm.lists.write', 'POST', '/crm/v3/lists'],
  ])('they need %s', async (scope, method, path) => {
    const { call, hubspot } = await portal()
    hubspot.setSwitch('missingScopes', [scope])

    const reply = await call(method, path, method === 'POST' ? body : undefined)

    expect(reply.status).toBe(403)
  })
})
