import { describe, expect, it } from 'vitest'
import type { Fault } from '../../../local/hubspot/index.ts'
import { everyThird, type PortalKind, portals } from '../../support/identity/portals.ts'
import { Scene } from '../../support/identity/scene.ts'

type Options = ConstructorParameters<typeof Scene>[1]

/** A delivered user, who changes to an address that a form has just brought to HubSpot. */
async function faster(portal: PortalKind, options: Options = {}) {
  const s = new Scene(portal, options)
  await s.says('u1', { email: 'old@example.com', more: { lastName: 'Ours', zip: '1' } })
  await s.quiet()
  await s.says('u1', { more: { zip: '' } })
  await s.quiet()
  const made = s.hubspot.submitForm('new@example.com', {
    city: 'Bonn',
    lastname: 'Theirs',
    zip: '2',
    firstname: 'From the form',
  })
  await s.says('u1', { email: 'new@example.com' })
  return { s, made, before: s.contactOf('u1').vid }
}

/** What may become of a call that nobody answers for. */
const FATES: Readonly<Record<string, Fault>> = {
  'carried out': { kind: 'drop', when: 'after' },
  'never carried out': { kind: 'hang', when: 'before' },
  'carried out later': { kind: 'late', after: 30_000, answer: 'drop' },
}

const merges = (s: Scene) => s.p.routes.filter(route => route.includes('merge')).length

async function expectMerged({ s, made, before }: Awaited<ReturnType<typeof faster>>): Promise<void> {
  await s.expectUnsynced({})
  expect(s.hubspot.contactCount).toBe(1)
  const contact = s.contactOf('u1')
  expect(s.hubspot.contact(made.vid)?.vid).toBe(contact.vid)
  expect(s.hubspot.contact(before)?.vid).toBe(contact.vid)
  expect(contact.properties.lastname).toBe('Ours')
  expect(contact.properties.zip ?? '').toBe('')
  if (s.hubspot.switches.mergeFillsGaps) expect(contact.properties.firstname).toBe('From the form')
  await s.says('u1')
  await s.quiet()
  await s.expectUnsynced({})
}

describe.each(portals())('the browser was faster, in a portal: $name', portal => {
  it('and its contact is merged into the user’s, whose values win', async () => {
    const scene = await faster(portal)

    await scene.s.quiet()

    expect(merges(scene.s)).toBe(1)
    await expectMerged(scene)
  })

  it('and a merge that nobody answers for is read back before it is tried again', async () => {
    for (const [fate, fault] of Object.entries(FATES)) {
      const scene = await faster(portal)
      const { s } = scene
      s.hubspot.addFault({ match: { path: '/merge' }, fault, times: 1 })
      let readSince = true
      s.p.process.gate.watch = ({ when, what }) => {
        if (when !== 'before') return
        if (what.endsWith('batch/read')) readSince = true
        if (what.endsWith('/merge')) {
          expect(readSince).toBe(true)
          readSince = false
        }
      }

      await s.quiet()
      await s.probe()

      expect(merges(s), fate).toBe(fate === 'carried out' ? 1 : 2)
      await expectMerged(scene)
    }
  })

  it.runIf(everyThird(portal))('and a process that dies at any of its calls merges all the same', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let call = 1; ; call += 1) {
        const scene = await faster(portal)
        const crash = await scene.s.crashAt(call, when)
        await scene.s.quiet().catch(error => {
          throw new Error(crash?.message, { cause: error })
        })
        await expectMerged(scene).catch(error => {
          throw new Error(crash?.message, { cause: error })
        })
        if (!crash) break
      }
    }
  })

  it('with a contact made long ago: merged by policy, or reported, and then nothing of it is touched', async () => {
    for (const policy of ['merge-young', 'report'] as const) {
      const s = new Scene(portal, { config: { policies: { contactWithNewEmail: policy } } })
      await s.says('u1', { email: 'old@example.com' })
      await s.quiet()
      const made = s.hubspot.submitForm('new@example.com', { city: 'Bonn', firstname: 'From the form' })
      await s.p.clock.advance(2 * 3_600_000)
      await s.says('u1', { email: 'new@example.com' })

      await s.quiet()
      await s.probe()

      await s.expectUnsynced({ u1: { cause: 'conflict' } })
      expect((await s.p.user('u1')).delivered.problem).toMatchObject({ vid: made.vid })
      expect(s.contactOf('u1')).toMatchObject({ email: 'old@example.com', properties: { city: s.cityOf('u1') } })
      const touched = s.hubspot.ledger.writes.filter(({ vid, source }) => vid === made.vid && source === 'api')
      expect(touched).toEqual([])

      s.hubspot.archiveInUi(made.vid)
      await s.probe()
      await s.expectUnsynced({})
    }
  })

  it('with a young contact: merged by policy', async () => {
    const scene = await faster(portal, { config: { policies: { contactWithNewEmail: 'merge-young' } } })

    await scene.s.quiet()

    await expectMerged(scene)
  })

  it('and HubSpot refuses to merge: a conflict that says why, until a person merges the two', async () => {
    const s = new Scene(portal)
    await s.says('u1', { email: 'old@example.com' })
    await s.quiet()
    const { vid } = s.contactOf('u1')
    const made = s.hubspot.submitForm('new@example.com')
    const message = 'Cannot have more than 250 identities on a profile'
    s.hubspot.addFault({ match: { path: 'contacts/merge' }, fault: { kind: 'refuse', status: 414, message } })
    await s.says('u1', { email: 'new@example.com' })

    await s.quiet()

    await s.expectUnsynced({ u1: { cause: 'conflict' } })
    expect((await s.p.user('u1')).delivered.problem).toMatchObject({
      vid: made.vid,
      message: expect.stringContaining('250 identities'),
    })
    expect(s.contactOf('u1')).toMatchObject({ email: 'old@example.com', properties: { city: s.cityOf('u1') } })
    s.hubspot.mergeInUi(vid, made.vid)
    await s.probe()
    await s.expectUnsynced({})
  })

  it('with the address as a further one of somebody else: a conflict', async () => {
    const s = new Scene(portal)
    await s.says('u1', { email: 'old@example.com' })
    await s.quiet()
    const other = s.hubspot.seedContact({ email: 'main@example.com', secondaryEmails: ['new@example.com'] })
    await s.says('u1', { email: 'new@example.com' })

    await s.quiet()

    await s.expectUnsynced({ u1: { cause: 'conflict' } })
    expect(s.hubspot.ledger.writes.filter(({ vid, source }) => vid === other.vid && source === 'api')).toEqual([])
    await s.detachByHand(other.vid, 'new@example.com')
    await s.probe()
    await s.expectUnsynced({})
  })

  it('and what somebody has typed there stays where edits are kept', async () => {
    const fields = { jobtitle: { from: 'traits.jobTitle', keepEdits: true } } as const
    const s = new Scene(portal, { config: { contacts: { fields } } })
    await s.says('u1', { email: 'old@example.com' })
    await s.quiet()
    s.hubspot.submitForm('new@example.com', { jobtitle: 'Boss' })
    await s.says('u1', { email: 'new@example.com', more: { jobTitle: 'User' } })

    await s.quiet()

    const filled = portal.switches.mergeFillsGaps !== false
    expect(s.contactOf('u1').properties.jobtitle).toBe(filled ? 'Boss' : 'User')
  })
})
