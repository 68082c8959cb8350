import { describe, expect, test } from 'vitest'
import type { Switches } from '../../local/hubspot/index.ts'
import { CONTACTS, CONTACTS_2026, open, traced } from './portal.ts'

async function merged(switches: Partial<Switches> = {}) {
  const portal = await open({ switches })
  const a = portal.hubspot.seedContact({ email: 'a@x.com', properties: { user_id: 'ua', city: 'Rome' } }).vid
  const b = portal.hubspot.seedContact({ email: 'b@x.com', properties: { user_id: 'ub', city: 'Oslo', zip: '1' } }).vid
  const reply = await portal.call('POST', `${CONTACTS}/merge`, { primaryObjectId: a, objectIdToMerge: b })
  return { ...portal, a, b, reply, survivor: reply.body.id }
}

describe.each(['new', 'primary'] as const)('a merge, switch mergeIds %s', mergeIds => {
  test('facts §5: answers 200 with the id of the merged record', async () => {
    const { reply, a, b, hubspot } = await merged({ mergeIds })

    expect(reply.status).toBe(200)
    if (mergeIds === 'new') expect([a, b]).not.toContain(reply.body.id)
    else expect(reply.body.id).toBe(a)
    expect(hubspot.contactCount).toBe(1)
  })

  test('facts §5: the values of the primary win', async () => {
    const { hubspot, survivor } = await merged({ mergeIds })

    expect(hubspot.contact(survivor)).toMatchObject({ email: 'a@x.com', properties: { city: 'Rome', user_id: 'ua' } })
  })

  test.each(['GET', 'batch/read'])(
    'facts §5: %s by an old id returns the survivor under its own id only',
    async how => {
      const { call, batch, b, survivor } = await merged({ mergeIds })

      const { text } = how === 'GET' ? await call('GET', `${CONTACTS}/${b}`) : await batch('read', [{ id: b }])

      expect(text).toContain(`"id":"${survivor}"`)
      expect(text).not.toContain(b)
    },
  )

  test('facts §5: batch/update by a merged-away id does nothing, reports nothing, and is missing from the results', async () => {
    const { batch, hubspot, b, survivor } = await merged({ mergeIds })
    const other = hubspot.seedContact({ email: 'c@x.com' }).vid

    const reply = await batch(
      'update',
      traced([
        { id: b, properties: { city: 'Paris' } },
        { id: other, properties: { city: 'Lima' } },
      ]),
    )

    expect(reply.status).toBe(200)
    expect(reply.body.results.map(result => result.id)).toEqual([other])
    expect(reply.body).not.toHaveProperty('errors')
    expect(hubspot.contact(survivor)?.properties.city).toBe('Rome')
  })

  test('facts §5: old ids of earlier merges keep leading to the last survivor', async () => {
    const { call, batch, hubspot, a, b, survivor } = await merged({ mergeIds })
    const c = hubspot.seedContact({ email: 'c@x.com' }).vid

    const second = await call('POST', `${CONTACTS_2026}/merge`, { primaryObjectId: c, objectIdToMerge: survivor })

    for (const id of [a, b, survivor, c]) {
      const read = await batch('read', [{ id }])
      expect(read.body.results.map(result => result.id)).toEqual([second.body.id])
    }
  })

  test('facts §5: the survivor names all merged ids', async () => {
    const { call, a, b, survivor } = await merged({ mergeIds })

    const { properties } = (
      await call(
        'GET',
        `${CONTACTS}/${b}?properties=hs_merged_object_ids,hs_all_contact_vids,hs_calculated_merged_vids`,
      )
    ).body

    const gone = mergeIds === 'new' ? [a, b] : [b]
    expect(properties.hs_merged_object_ids).toBe(gone.join(';'))
    expect(properties.hs_all_contact_vids).toBe([survivor, ...gone].join(';'))
    expect(properties.hs_calculated_merged_vids).toMatch(mergeIds === 'new' ? /^\d+:\d+;\d+:\d+$/ : /^\d+:\d+$/)
  })

  test('facts §5: more than 250 merges are 414', async () => {
    const { call, hubspot } = await open({ switches: { mergeIds } })
    let { vid } = hubspot.seedContact({ email: 'a@x.com' })
    for (let count = 0; count < 250; count++) vid = hubspot.mergeInUi(vid, hubspot.seedContact().vid).vid

    const last = hubspot.seedContact().vid
    const reply = await call('POST', `${CONTACTS}/merge`, { primaryObjectId: vid, objectIdToMerge: last })

    expect(reply.status).toBe(414)
    expect(reply.body.message).toBe('Cannot have more than 250 identities on a profile')
    expect(hubspot.contactCount).toBe(2)
  })
})

describe('merges', () => {
  test.each(['secondary', 'dropped'] as const)(
    "facts §5, switch loserEmail %s: the loser's address",
    async loserEmail => {
      const { call, hubspot, survivor } = await merged({ loserEmail })

      const created = await call('POST', CONTACTS, { properties: { email: 'b@x.com' } })

      expect(hubspot.contact(survivor)?.secondaryEmails).toEqual(loserEmail === 'secondary' ? ['b@x.com'] : [])
      expect(created.status).toBe(loserEmail === 'secondary' ? 409 : 201)
    },
  )

  test.each(['free', 'held'] as const)(
    "facts §5, switch loserUnique %s: the loser's unique value",
    async loserUnique => {
      const { batch, survivor } = await merged({ loserUnique })

      const read = await batch('read', [{ id: 'ub' }], { idProperty: 'user_id' })
      const created = await batch('create', [{ properties: { user_id: 'ub' } }])

      expect(read.body.errors[0]?.category).toBe('OBJECT_NOT_FOUND')
      expect(created.status).toBe(loserUnique === 'free' ? 201 : 400)
      if (loserUnique === 'held') expect(created.body.message).toContain(`${survivor} already has that value`)
    },
  )

  test.each([true, false])('switch mergeFillsGaps %s: what only the loser had', async mergeFillsGaps => {
    const { hubspot, survivor } = await merged({ mergeFillsGaps })

    expect(hubspot.contact(survivor)?.properties.zip).toBe(mergeFillsGaps ? '1' : undefined)
  })

  test('facts §5: a primary without an address takes that of the loser', async () => {
    const { hubspot } = await open()
    const primary = hubspot.seedContact().vid
    const loser = hubspot.seedContact({ email: 'b@x.com', secondaryEmails: ['c@x.com'] }).vid

    const contact = hubspot.mergeInUi(primary, loser)

    expect(contact).toMatchObject({ email: 'b@x.com', secondaryEmails: ['c@x.com'] })
  })

  test.each(['survivor', 'not-found', 'nothing'] as const)(
    'facts §5, switch patchMergedAway %s: a single PATCH by a merged-away id',
    async patchMergedAway => {
      const { call, hubspot, b, survivor } = await merged({ patchMergedAway })

      const reply = await call('PATCH', `${CONTACTS}/${b}`, { properties: { city: 'Paris' } })

      expect(reply.status).toBe(patchMergedAway === 'not-found' ? 404 : 200)
      expect(hubspot.contact(survivor)?.properties.city).toBe(patchMergedAway === 'survivor' ? 'Paris' : 'Rome')
    },
  )

  test('facts §5, switch updateMergedAway survivor: batch/update by a merged-away id updates the survivor', async () => {
    const { batch, hubspot, b, survivor } = await merged({ updateMergedAway: 'survivor' })

    const reply = await batch('update', [{ id: b, properties: { city: 'Paris' } }])

    expect(reply.body.results.map(result => result.id)).toEqual([survivor])
    expect(hubspot.contact(survivor)?.properties.city).toBe('Paris')
  })

  test('facts §5: merging an unknown record, or one with itself, changes nothing', async () => {
    const { call, a, b, hubspot } = await merged()

    const unknown = await call('POST', `${CONTACTS}/merge`, { primaryObjectId: a, objectIdToMerge: '17' })
    const itself = await call('POST', `${CONTACTS}/merge`, { primaryObjectId: a, objectIdToMerge: b })

    expect([unknown.status, itself.status]).toEqual([404, 400])
    expect(hubspot.contactCount).toBe(1)
  })
})
