import { describe, expect, test } from 'vitest'
import { open } from './portal.ts'

const ORDER = 'pe891936587_order_completed'

describe.each(['/events/v3/event-definitions', '/events/custom/2026-09/event-definitions'])('%s', path => {
  const body = {
    label: 'Plan changed',
    name: 'plan_changed',
    primaryObject: 'CONTACT',
    includeDefaultProperties: false,
    propertyDefinitions: [{ name: 'plan', label: 'Plan', type: 'string' }],
  }

  test('facts §9: definitions are made, found and listed, and take properties', async () => {
    const { call } = await open()

    const made = await call('POST', path, body)
    const again = await call('POST', path, body)
    const added = await call('POST', `${path}/plan_changed/property`, { label: 'Seats', type: 'number' })
    const one = await call('GET', `${path}/pe891936587_plan_changed`)
    const list = await call('GET', `${path}?searchString=plan`)
    const sent = await call('POST', '/events/v3/send', {
      eventName: 'pe891936587_plan_changed',
      objectId: '1',
      properties: { plan: 'team', seats: 5 },
    })

    expect([made, again, added, one, list, sent].map(({ status }) => status)).toEqual([201, 409, 201, 200, 200, 204])
    expect(made.body).toMatchObject({ fullyQualifiedName: 'pe891936587_plan_changed' })
    expect(one.body.properties).toMatchObject([{ name: 'plan' }, { name: 'seats', type: 'number' }])
    expect(list.body.total).toBe(1)
  })

  test('facts §9: the name of a deleted one can never be used again, and events of it are unknown', async () => {
    const { call, hubspot } = await open()
    hubspot.events.define({ name: 'order_completed' })

    const deleted = await call('DELETE', `${path}/${ORDER}`)
    const again = await call('POST', path, { ...body, name: 'order_completed' })
    const sent = await call('POST', '/events/v3/send', { eventName: ORDER, objectId: '1', properties: {} })

    expect([deleted.status, again.status, sent.status]).toEqual([204, 409, 400])
  })

  test('facts §9: names have at most 50 characters of a kind, and there are at most 500 definitions', async () => {
    const { call, hubspot } = await open()
    for (let at = 0; at < 500; at++) hubspot.events.define({ name: `e${at}`, includeDefaultProperties: false })

    const bad = await call('POST', path, { ...body, name: 'Plan-Changed' })
    const long = await call('POST', path, { ...body, name: 'a'.repeat(51) })
    const many = await call('POST', path, body)

    expect([bad.status, long.status, many.status]).toEqual([400, 400, 400])
    expect(many.body.message).toContain('500')
  })
})
