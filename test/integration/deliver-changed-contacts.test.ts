import { describe, expect, it } from 'vitest'
import type { Switches } from '../../local/hubspot/index.ts'
import { type Pipeline, pipeline } from '../support/pipeline.ts'

/** One delivered user. */
async function delivered(options: Parameters<typeof pipeline>[0] = {}): Promise<{ p: Pipeline; vid: string }> {
  const p = pipeline(options)
  await p.identify('u1', { email: 'alex@example.com', city: 'Rome' })
  await p.untilQuiet()
  return { p, vid: p.contactOf('u1').vid }
}

const MERGES: readonly Partial<Switches>[] = [
  { mergeIds: 'new' },
  { mergeIds: 'primary' },
  { mergeIds: 'new', loserEmail: 'dropped' },
  { mergeIds: 'primary', loserEmail: 'dropped', mergeFillsGaps: false },
  { mergeIds: 'new', echoTraces: false },
  { mergeIds: 'new', readSameRecord: 'twice', twoIdsOneRecord: 'applied' },
  { mergeIds: 'new', updateMergedAway: 'survivor' },
  { mergeIds: 'primary', updateMergedAway: 'survivor', twoIdsOneRecord: 'applied' },
]

describe.each(MERGES)('a contact that was merged away, in a portal with %o', switches => {
  it('into one of nobody: its user goes on with the survivor', async () => {
    const { p, vid } = await delivered({ switches })
    const other = p.hubspot.seedContact({ email: 'other@example.com', properties: { city: 'Bonn', zip: '1' } })
    const survivor = p.hubspot.mergeInUi(other.vid, vid)

    await p.identify('u1', { firstName: 'Alex' })
    await p.untilQuiet()

    const contact = p.hubspot.contact(survivor.vid)
    expect(contact?.properties).toMatchObject({ firstname: 'Alex', city: 'Rome', zip: '1', internal_user_id: 'u1' })
    expect((await p.user('u1')).delivered).toMatchObject({ vid: survivor.vid, state: 'synced' })
    expect(p.hubspot.contactCount).toBe(1)
    await p.identify('u1', { firstName: 'Alexa' })
    await p.untilQuiet()
    expect(p.hubspot.contact(survivor.vid)?.properties.firstname).toBe('Alexa')
  })

  it('as the primary one of the merge: its user goes on with the survivor', async () => {
    const { p, vid } = await delivered({ switches })
    const other = p.hubspot.seedContact({ email: 'other@example.com', properties: { zip: '1' } })
    const survivor = p.hubspot.mergeInUi(vid, other.vid)

    await p.identify('u1', { firstName: 'Alex', email: 'new@example.com' })
    await p.untilQuiet()

    expect(p.contactOf('u1')).toMatchObject({ vid: survivor.vid, email: 'new@example.com' })
    expect(p.contactOf('u1').properties.firstname).toBe('Alex')
    expect((await p.user('u1')).delivered).toMatchObject({ vid: survivor.vid, state: 'synced' })
    expect(await p.waiting()).toBe(0)
  })

  it('into another user’s: the contact stays the other user’s, and the merged one is a conflict', async () => {
    const { p, vid } = await delivered({ switches })
    await p.identify('u2', { email: 'beth@example.com', city: 'Oslo' })
    await p.untilQuiet()
    const survivor = p.hubspot.mergeInUi(p.contactOf('u2').vid, vid)
    await p.identify('u2', { lastName: 'Beth' })
    await p.untilQuiet()

    await p.identify('u1', { lastName: 'Alex' })
    await p.untilQuiet()
    await p.identify('u2', { jobTitle: 'CEO' })
    await p.identify('u1', { jobTitle: 'CTO' })
    await p.untilQuiet()

    const contact = p.hubspot.contact(survivor.vid)
    expect(contact?.properties).toMatchObject({ city: 'Oslo', internal_user_id: 'u2', jobtitle: 'CEO' })
    expect(contact?.properties.lastname).toBe('Beth')
    expect((await p.user('u1')).delivered.state).toBe('conflict')
    expect((await p.user('u2')).delivered).toMatchObject({ vid: survivor.vid, state: 'synced' })
    expect(p.hubspot.contactCount).toBe(1)
  })

  it('into another user’s, both due in one batch: neither is stuck, and their data is not mixed', async () => {
    const { p, vid } = await delivered({ switches })
    await p.identify('u2', { email: 'beth@example.com', city: 'Oslo' })
    await p.identify('u3', { email: 'carl@example.com', city: 'Oslo' })
    await p.untilQuiet()
    const survivor = p.hubspot.mergeInUi(p.contactOf('u2').vid, vid)

    for (const id of ['u1', 'u2', 'u3']) await p.identify(id, { lastName: `Name of ${id}` })
    await p.untilQuiet()

    expect(p.contactOf('u3').properties.lastname).toBe('Name of u3')
    expect((await p.user('u1')).delivered).toMatchObject({ state: 'conflict' })
    expect((await p.user('u2')).delivered).toMatchObject({ vid: survivor.vid, state: 'synced' })
    // Where HubSpot itself follows the old id, nobody can know before the first write; what it overwrote is sent again.
    expect(p.hubspot.contact(survivor.vid)?.properties.lastname).toBe('Name of u2')
  })
})

describe('a contact that was deleted in HubSpot', () => {
  it('is made again with all that is known', async () => {
    const { p, vid } = await delivered()
    p.hubspot.archiveInUi(vid)

    await p.identify('u1', { firstName: 'Alex' })
    await p.untilQuiet()

    const contact = p.contactOf('u1')
    expect(contact.vid).not.toBe(vid)
    expect(contact).toMatchObject({ email: 'alex@example.com', properties: { city: 'Rome', firstname: 'Alex' } })
    expect((await p.user('u1')).delivered).toMatchObject({ vid: contact.vid, state: 'synced' })
    expect(await p.waiting()).toBe(0)
  })

  it('is a conflict that a person can see where HubSpot keeps its unique value', async () => {
    const { p, vid } = await delivered({ switches: { archivedUnique: 'held' } })
    p.hubspot.archiveInUi(vid)

    await p.identify('u1', { firstName: 'Alex' })
    await p.untilQuiet()

    expect((await p.user('u1')).delivered).toMatchObject({ state: 'conflict', problem: { vid } })
    expect(p.hubspot.contactCount).toBe(0)
  })

  it('is made again in a portal whose batches are all or nothing, and its neighbours are delivered', async () => {
    const { p, vid } = await delivered({ switches: { tracesMakePartial: false } })
    await p.identify('u2', { email: 'beth@example.com' })
    await p.untilQuiet()
    p.hubspot.archiveInUi(vid)

    await p.identifyAll([
      ['u1', { firstName: 'Alex' }],
      ['u2', { firstName: 'Beth' }],
    ])
    await p.untilQuiet()

    expect(p.contactOf('u1').properties.firstname).toBe('Alex')
    expect(p.contactOf('u2').properties.firstname).toBe('Beth')
  })

  it('stays deleted where the policy says so, and nothing is sent for its user any more', async () => {
    const { p, vid } = await delivered({ config: { policies: { deletedInHubSpot: 'leave' } } })
    p.hubspot.archiveInUi(vid)

    await p.identify('u1', { firstName: 'Alex' })
    await p.untilQuiet()
    const before = p.routes.length
    await p.identify('u1', { firstName: 'Alexa' })
    await p.untilQuiet()

    // Asked whether a person has restored it.
    expect(p.routes.slice(before)).toEqual(['POST contacts/batch/read'])
    expect(p.hubspot.contactCount).toBe(0)
    expect((await p.user('u1')).delivered).toMatchObject({ state: 'deleted', problem: { code: 'deleted' } })
    expect(await p.waiting()).toBe(0)
  })

  it('and made again by somebody under the same email is adopted', async () => {
    const { p, vid } = await delivered()
    p.hubspot.archiveInUi(vid)
    const made = p.hubspot.submitForm('alex@example.com')

    await p.identify('u1', { firstName: 'Alex' })
    await p.untilQuiet()

    expect(p.contactOf('u1')).toMatchObject({ vid: made.vid, properties: { firstname: 'Alex', city: 'Rome' } })
    expect(p.hubspot.contactCount).toBe(1)
  })
})

describe('a contact that somebody else makes meanwhile', () => {
  for (const emailConflict of ['409', '400'] as const) {
    for (const tracesMakePartial of [true, false]) {
      const answer = `${emailConflict}, ${tracesMakePartial ? 'traced' : 'all or nothing'}`
      it(`between our reading and our creating is adopted (${answer})`, async () => {
        const p = pipeline({ switches: { emailConflict, tracesMakePartial } })
        await p.identifyAll([
          ['u1', { email: 'alex@example.com', firstName: 'Alex' }],
          ['u2', { email: 'beth@example.com', firstName: 'Beth' }],
          ['u3', { email: 'carl@example.com', firstName: 'Carl' }],
        ])
        let made: string | undefined
        p.process.gate.watch = ({ when, what }) => {
          if (when === 'before' && what.endsWith('batch/create') && made === undefined)
            made = p.hubspot.submitForm('alex@example.com', { zip: '1' }).vid
        }

        await p.untilQuiet()

        expect(p.contactOf('u1')).toMatchObject({ vid: made, properties: { firstname: 'Alex', zip: '1' } })
        expect(p.contactOf('u2').properties.firstname).toBe('Beth')
        expect(p.contactOf('u3').properties.firstname).toBe('Carl')
        expect(p.hubspot.contactCount).toBe(3)
        expect(await p.waiting()).toBe(0)
      })

      it(`that takes the new email of a user leaves the user everything but the email (${answer})`, async () => {
        const config = { policies: { contactWithNewEmail: 'report' } } as const
        const { p } = await delivered({ switches: { emailConflict, tracesMakePartial }, config })
        await p.identify('u2', { email: 'beth@example.com' })
        await p.untilQuiet()
        const { vid } = p.hubspot.seedContact({ email: 'new@example.com' })

        await p.identifyAll([
          ['u1', { email: 'new@example.com', firstName: 'Alex' }],
          ['u2', { firstName: 'Beth' }],
        ])
        await p.untilQuiet()

        expect(p.contactOf('u1')).toMatchObject({ email: 'alex@example.com', properties: { firstname: 'Alex' } })
        expect(p.contactOf('u2').properties.firstname).toBe('Beth')
        expect((await p.user('u1')).delivered).toMatchObject({ state: 'conflict', problem: { vid } })
      })
    }
  }

  for (const uniqueConflict of ['409', '400'] as const) {
    it(`with the user’s id, known to a table that was lost, is used (${uniqueConflict})`, async () => {
      const { p, vid } = await delivered({ switches: { uniqueConflict } })
      const other = pipeline({ portal: p })

      await other.identify('u1', { email: 'elsewhere@example.com', firstName: 'Alex' })
      await other.untilQuiet()

      expect(other.hubspot.contactCount).toBe(1)
      expect(other.contactOf('u1')).toMatchObject({ vid, email: 'elsewhere@example.com' })
    })
  }
})
