import { describe, expect, it } from 'vitest'
import { type Pipeline, pipeline } from '../../support/pipeline.ts'

/** The same HubSpot, seen with another table. */
const withTable = (before: Pipeline, table?: Pipeline['store']) =>
  pipeline({ portal: { clock: before.clock, hubspot: before.hubspot }, ...(table && { table }) })

const ADA = { email: 'ada@example.com', firstName: 'Ada' }
const BO = { email: 'bo@example.com', firstName: 'Bo' }

async function twoUsers() {
  const before = pipeline()
  await before.identifyAll([
    ['ada', ADA],
    ['bo', BO],
  ])
  await before.untilQuiet()
  const vids = { ada: before.hubspot.contactByEmail(ADA.email)?.vid, bo: before.hubspot.contactByEmail(BO.email)?.vid }
  return { before, vids }
}

const vidOf = async (p: Pipeline, userId: string) => (await p.user(userId)).delivered.vid

describe('a table that is lost', () => {
  it('is made again from what the product sends: every user finds their contact', async () => {
    const { before, vids } = await twoUsers()
    const after = withTable(before)

    await after.identifyAll([
      ['ada', ADA],
      ['bo', BO],
    ])
    await after.untilQuiet()

    expect({ ada: await vidOf(after, 'ada'), bo: await vidOf(after, 'bo') }).toEqual(vids)
    expect(after.hubspot.contactCount).toBe(2)
  })

  it('is made again for a user whose address has changed meanwhile, too: the contact carries their id', async () => {
    const { before, vids } = await twoUsers()
    const after = withTable(before)

    await after.identify('ada', { ...ADA, email: 'ada@new.example' })
    await after.untilQuiet()

    expect(await vidOf(after, 'ada')).toBe(vids.ada)
    expect(after.hubspot.contact(vids.ada ?? '')?.email).toBe('ada@new.example')
    expect(after.hubspot.contactCount).toBe(2)
  })
})

describe('a table that is restored as it was', () => {
  it('has users move on from there: no contact is made twice, and none is mixed up', async () => {
    const { before, vids } = await twoUsers()
    const lost = withTable(before)
    await lost.identifyAll([
      ['ada', { email: 'ada@new.example' }],
      ['bo', { email: ADA.email }],
      ['cy', { email: 'cy@example.com' }],
    ])
    await lost.untilQuiet()
    const cy = lost.hubspot.contactByEmail('cy@example.com')?.vid

    const restored = withTable(before, before.store)
    await restored.identifyAll([
      ['ada', { email: 'ada@new.example' }],
      ['bo', { email: ADA.email }],
      ['cy', { email: 'cy@example.com' }],
    ])
    await restored.untilQuiet()

    expect(restored.hubspot.contactCount).toBe(3)
    expect({ ada: await vidOf(restored, 'ada'), bo: await vidOf(restored, 'bo') }).toEqual(vids)
    expect(await vidOf(restored, 'cy')).toBe(cy)
    expect(restored.hubspot.contact(vids.bo ?? '')?.email).toBe(ADA.email)
  })
})
