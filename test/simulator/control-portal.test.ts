import { expect, test } from 'vitest'
import { open } from './portal.ts'

test('a portal is set up over HTTP as its people would set it up', async () => {
  const { call, hubspot } = await open()
  const act = (path: string, body: unknown) => call('POST', `/simulator/${path}`, body)

  const replies = [
    await act('object-types', { name: 'pets', properties: [{ name: 'chip', hasUniqueValue: true }] }),
    await act('properties', { objectType: 'companies', name: 'seats', type: 'number' }),
    await act('event-definitions', { name: 'order_completed', properties: [{ name: 'total', type: 'number' }] }),
    await act('labels', { from: 'contacts', to: 'companies', label: 'Buyer' }),
    await act('lists', { name: 'Customers' }),
    await act('subscription-types', { name: 'Newsletter' }),
    await act('opt-outs', { email: 'a@x.com' }),
  ]

  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200))
  expect(hubspot.objects('pets').property('chip')?.hasUniqueValue).toBe(true)
  expect(hubspot.objects('companies').property('seats')?.type).toBe('number')
  expect(hubspot.events.definitions()).toMatchObject([{ fullyQualifiedName: 'pe891936587_order_completed' }])
  expect(hubspot.lists.get('Customers')).toMatchObject({ typeId: '0-1' })
  expect(hubspot.subscriptions.of('a@x.com').Newsletter).toBe('UNSUBSCRIBED')
})

test('what a portal holds is seen over HTTP, the newest first', async () => {
  const { call, hubspot } = await open()
  const { vid } = hubspot.seedContact({ email: 'a@x.com' })
  const [first, second] = ['Acme', 'Beta'].map(name => hubspot.objects('companies').seed({ name }).id)
  hubspot.associations.associate('contacts', vid, 'companies', first ?? '')
  hubspot.events.define({ name: 'seen' })
  await call('POST', '/events/v3/send', { eventName: 'pe891936587_seen', objectId: vid, properties: {} })
  const look = async (path: string) => (await call('GET', `/simulator/${path}`)).body

  expect(await look('objects?type=companies')).toMatchObject({ count: 2, objects: [{ id: second }, { id: first }] })
  expect(await look(`objects?type=companies&id=${first}`)).toMatchObject({ objects: [{ id: first }] })
  expect(await look(`associations?id=${vid}`)).toMatchObject({ associations: [{ id: first, labels: ['Primary'] }] })
  expect(await look(`events?record=${vid}`)).toMatchObject({ count: 1, events: [{ name: 'seen' }] })
  expect(await look('lists')).toEqual({ lists: [] })
  expect(await look('subscriptions?email=a@x.com')).toMatchObject({ optedOut: false })
})

test('a scope that is taken away is named by what needs it', async () => {
  const { call } = await open()

  await call('POST', '/simulator/switches', { missingScopes: ['crm.lists.write'] })
  const reply = await call('POST', '/crm/v3/lists', { name: 'a', objectTypeId: '0-1', processingType: 'MANUAL' })

  expect(reply.status).toBe(403)
  expect(reply.body.errors[0]).toMatchObject({ context: { requiredGranularScopes: ['crm.lists.write'] } })
})
