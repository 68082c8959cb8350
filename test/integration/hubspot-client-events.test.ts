import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hubSpotClientAt, okOf } from '../support/hubspot-client.ts'
import { json, raw, type ScriptedHubSpot, startScriptedHubSpot } from '../support/scripted-hubspot.ts'
import { vidOf } from '../support/vids.ts'

let hubspot: ScriptedHubSpot

beforeEach(async () => {
  hubspot = await startScriptedHubSpot()
})

afterEach(() => hubspot.stop())

const ORDER = {
  eventName: 'pe77_order_completed',
  objectId: vidOf('551'),
  occurredAt: Date.UTC(2026, 10, 1, 12, 30, 0, 5),
  uuid: '11111111-2222-3333-4444-555555555555',
  properties: { total: '12.5', hs_page_title: 'Thanks, Ada' },
}

describe('occurrences', () => {
  it('are sent with their contact, time and uuid, and with the token of the browser where there is one', async () => {
    hubspot.answer(raw(204, undefined, ''))

    const answer = await hubSpotClientAt(hubspot.url).client.sendOccurrences([ORDER, { ...ORDER, utk: 'c-1' }])

    const sent = {
      eventName: 'pe77_order_completed',
      objectId: '551',
      occurredAt: '2026-11-01T12:30:00.005Z',
      uuid: ORDER.uuid,
      properties: ORDER.properties,
    }
    expect(answer).toEqual({ kind: 'ok', value: undefined })
    expect(hubspot.seen).toMatchObject([
      { method: 'POST', path: '/events/v3/send/batch', body: { inputs: [sent, { ...sent, utk: 'c-1' }] } },
    ])
    expect(hubspot.seen[0]?.body).not.toHaveProperty('inputs.0.utk')
  })

  it('go to the path of the dated version', async () => {
    hubspot.answer(raw(204, undefined, ''))

    await hubSpotClientAt(hubspot.url, { version: '2026-09' }).client.sendOccurrences([ORDER])

    expect(hubspot.seen[0]?.path).toBe('/events/custom/2026-09/send/batch')
  })

  it('are refused all together, in words without values', async () => {
    hubspot.answer(json(400, { category: 'VALIDATION_ERROR', message: 'thanks, ada is no value of hs_page_title' }))

    const answer = await hubSpotClientAt(hubspot.url).client.sendOccurrences([ORDER])

    expect(answer).toMatchObject({
      kind: 'rejected',
      errors: [{ code: 'invalid', traces: [], ids: [], message: '… is no value of hs_page_title' }],
    })
  })

  it('whose answer is lost may have been taken', async () => {
    hubspot.answer(raw(502, 'text/html', '<html>'))

    const answer = await hubSpotClientAt(hubspot.url).client.sendOccurrences([ORDER])

    expect(answer).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('may still') })
  })

  it('are no call when there are none, nor when there are more than HubSpot takes', async () => {
    const { client } = hubSpotClientAt(hubspot.url)

    expect(await client.sendOccurrences([])).toEqual({ kind: 'ok', value: undefined })
    await expect(client.sendOccurrences(Array(501).fill(ORDER))).rejects.toThrow(RangeError)
    expect(hubspot.seen).toEqual([])
  })
})

const definition = (name: string) => ({
  name,
  fullyQualifiedName: `pe77_${name}`,
  archived: false,
  properties: [{ name: 'total' }, { name: 'hs_url' }],
})

describe('definitions of events', () => {
  it('are read to the last page, with their properties', async () => {
    hubspot.answer((response, request) => {
      const last = request.path.includes('after=')
      const page = last
        ? { results: [definition('b'), { ...definition('old'), archived: true }] }
        : { results: [definition('a')], paging: { next: { after: 100 } } }
      json(200, page)(response, request)
    })

    const answer = await hubSpotClientAt(hubspot.url).client.readEventDefinitions()

    const properties = ['total', 'hs_url']
    expect(okOf(answer)).toEqual([
      { name: 'a', fullName: 'pe77_a', properties },
      { name: 'b', fullName: 'pe77_b', properties },
    ])
    expect(hubspot.seen.map(({ path }) => path)).toEqual([
      '/events/v3/event-definitions?limit=100&includeProperties=true',
      '/events/v3/event-definitions?limit=100&includeProperties=true&after=100',
    ])
  })

  it('are all or none: a page that cannot be read is the answer', async () => {
    hubspot.answer((response, request) => {
      const last = request.path.includes('after=')
      const page = json(200, { results: [definition('a')], paging: { next: { after: '1' } } })
      ;(last ? json(429, { message: 'Slower.' }) : page)(response, request)
    })

    const answer = await hubSpotClientAt(hubspot.url).client.readEventDefinitions()

    expect(answer).toMatchObject({ kind: 'throttled' })
  })

  it('are given up when the pages go round in circles', async () => {
    hubspot.answer(json(200, { results: [], paging: { next: { after: '1' } } }))

    const answer = await hubSpotClientAt(hubspot.url).client.readEventDefinitions()

    expect(answer.kind).toBe('ok')
    expect(hubspot.seen).toHaveLength(20)
  })

  it('are created for contacts with HubSpot’s own properties beside ours', async () => {
    hubspot.answer(json(201, definition('order_completed')))

    const answer = await hubSpotClientAt(hubspot.url).client.createEventDefinition(
      'order_completed',
      'Order Completed',
      [{ name: 'total', type: 'number' }],
    )

    expect(okOf(answer)).toMatchObject({ name: 'order_completed', fullName: 'pe77_order_completed' })
    expect(hubspot.seen[0]?.body).toEqual({
      name: 'order_completed',
      label: 'Order Completed',
      primaryObject: 'CONTACT',
      includeDefaultProperties: true,
      propertyDefinitions: [{ name: 'total', label: 'total', type: 'number' }],
    })
  })

  it('get a property, which may be there already', async () => {
    const { client } = hubSpotClientAt(hubspot.url)
    hubspot.answer(json(201, { name: 'total' }))
    const made = await client.createEventProperty('pe77_order_completed', { name: 'total', type: 'number' })
    hubspot.answer(json(409, { message: "A property named 'total' already exists." }))
    const again = await client.createEventProperty('pe77_order_completed', { name: 'total', type: 'number' })

    expect([made.kind, again.kind]).toEqual(['ok', 'ok'])
    expect(hubspot.seen[0]).toMatchObject({
      method: 'POST',
      path: '/events/v3/event-definitions/pe77_order_completed/property',
      body: { name: 'total', label: 'total', type: 'number' },
    })
  })

  it('that exist already, or once did, are refused as a conflict', async () => {
    hubspot.answer(json(409, { message: 'An event with this name exists.' }))

    const answer = await hubSpotClientAt(hubspot.url).client.createEventDefinition('order_completed', 'Order', [])

    expect(answer).toMatchObject({ kind: 'rejected', errors: [{ code: 'conflict' }] })
  })
})
