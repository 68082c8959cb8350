import { describe, expect, it } from 'vitest'
import { defineConfig } from '../../../functions/core/config.ts'
import { decide } from '../../../functions/core/delivery/decide.ts'
import { inDoubt } from '../../../functions/core/delivery/doubt.ts'
import { settle } from '../../../functions/core/delivery/settle.ts'
import type { Work } from '../../../functions/core/delivery/work.ts'
import { fingerprint } from '../../../functions/core/fingerprint.ts'
import type { ContactRecord, Delivered } from '../../../functions/core/record.ts'
import { canonicalEmail, leadKey, type RecordKey } from '../../../functions/core/types.ts'
import { NOON, vidOf } from '../../support/records.ts'
import { contactOf, knowClaim, knownUser, newUser, saying, worldOf } from '../../support/works.ts'

const world = worldOf()
const email = canonicalEmail
const THEM: RecordKey = 'user#them'
/** Another user whose contact is `vid` and whose address is `address`. */
const them = (vid: string, address = 'them@x.test'): ContactRecord => ({
  ...knownUser({ email: address }, { vid: vidOf(vid) }).record,
  key: THEM,
})
const leave = worldOf({ config: defineConfig({ policies: { deletedInHubSpot: 'leave' } }) })
const refusedEmail = (address: string, schema = 'first'): Delivered['withheld'] =>
  new Map([['email', { code: 'rejected', message: 'Email address is invalid', value: fingerprint(address), schema }]])

/** HubSpot has been asked for these addresses and knows none of them. */
function nowhere(work: Work, ...addresses: string[]): Work {
  for (const address of addresses) work.facts.byEmail.set(email(address), null)
  return work
}

function reserved(work: Work, ...addresses: string[]): Work {
  for (const address of addresses) work.facts.reserved.add(email(address))
  return work
}

describe('a user without a vid', () => {
  it('is looked for under every address kept, in one reading', () => {
    const work = newUser({ email: 'a@x.test' }, { email: 'b@x.test' })

    expect(decide(work, world)).toStrictEqual({ do: 'read', by: 'email', ids: ['b@x.test', 'a@x.test'] })
  })

  it('is looked for only under those that have not been read', () => {
    const work = nowhere(newUser({ email: 'a@x.test' }, { email: 'b@x.test' }), 'b@x.test')

    expect(decide(work, world)).toStrictEqual({ do: 'read', by: 'email', ids: ['a@x.test'] })
  })

  it.each<[string, Partial<Delivered>, Partial<ContactRecord>]>([
    ['a create may have happened', { maybeCreated: true }, {}],
    ['somebody doubts', {}, { verify: 1 }],
  ])('is looked for by id, too, where %s', (_, delivered, record) => {
    const { record: fresh } = newUser({ email: 'a@x.test' })
    const work = nowhere(
      { ...newUser({}), record: { ...fresh, ...record }, delivered: { ...fresh.delivered, ...delivered } },
      'a@x.test',
    )

    expect(decide(work, world)).toStrictEqual({ do: 'read', by: 'id', ids: ['alex'] })
  })

  it('and found nowhere reserves the address', () => {
    const work = nowhere(newUser({ email: 'a@x.test' }), 'a@x.test')

    expect(decide(work, world)).toStrictEqual({ do: 'reserve', email: 'a@x.test' })
  })

  it('and with the address reserved is created with everything, the id included', () => {
    const work = reserved(nowhere(newUser({ email: 'a@x.test', age: 5 }), 'a@x.test'), 'a@x.test')

    expect(decide(work, world)).toStrictEqual({
      do: 'create',
      properties: { email: 'a@x.test', age: '5', internal_user_id: 'alex' },
    })
  })

  it('and without an address is created at once', () => {
    expect(decide(newUser({ age: 5 }), world)).toStrictEqual({
      do: 'create',
      properties: { age: '5', internal_user_id: 'alex' },
    })
  })

  it('who has taken the address back is found by the old one, and created without', () => {
    const work = newUser({ email: 'a@x.test' }, { email: null })

    const first = decide(work, world)
    const then = decide(nowhere(work, 'a@x.test'), world)

    expect(first).toStrictEqual({ do: 'read', by: 'email', ids: ['a@x.test'] })
    expect(then).toStrictEqual({ do: 'create', properties: { internal_user_id: 'alex' } })
  })

  it('whose address HubSpot refuses is looked for under the older ones, and created without', () => {
    const work = newUser({ email: 'old@x.test' }, { email: 'bad@x.test', age: 5 })
    work.delivered = { ...work.delivered, withheld: refusedEmail('bad@x.test') }

    const first = decide(work, world)
    const then = decide(nowhere(work, 'old@x.test'), world)

    expect(first).toStrictEqual({ do: 'read', by: 'email', ids: ['old@x.test'] })
    expect(then).toStrictEqual({ do: 'create', properties: { age: '5', internal_user_id: 'alex' } })
  })

  it('whose refused address hides an older one of somebody else is created without either', () => {
    const work = newUser({ email: 'old@x.test' }, { email: 'bad@x.test' })
    work.delivered = { ...work.delivered, withheld: refusedEmail('bad@x.test') }
    work.facts.byEmail.set(email('old@x.test'), contactOf('7', { email: 'old@x.test', internal_user_id: 'them' }))

    expect(decide(work, world)).toStrictEqual({ do: 'create', properties: { internal_user_id: 'alex' } })
  })
})

describe('a contact that is found', () => {
  const found = (properties: Record<string, string>, ...said: string[]) => {
    const work = newUser(...said.map(address => ({ email: address })))
    const contact = contactOf('7', properties)
    for (const address of said) {
      const has = `${properties.email};${properties.hs_additional_emails ?? ''}`.split(';').includes(address)
      work.facts.byEmail.set(email(address), has ? contact : null)
    }
    return { work, contact }
  }

  it('is adopted when it is nobody’s', () => {
    const { work, contact } = found({ email: 'a@x.test' }, 'a@x.test')

    expect(decide(work, world)).toStrictEqual({ do: 'adopt', contact, primary: true, keepEmail: false })
  })

  it('is adopted when it carries our id', () => {
    const { work, contact } = found({ email: 'a@x.test', internal_user_id: 'alex' }, 'a@x.test')

    expect(decide(work, world)).toStrictEqual({ do: 'adopt', contact, primary: true, keepEmail: false })
  })

  it('is adopted under an older address', () => {
    const { work, contact } = found({ email: 'old@x.test' }, 'old@x.test', 'new@x.test')

    expect(decide(work, world)).toStrictEqual({ do: 'adopt', contact, primary: true, keepEmail: false })
  })

  it('under a secondary address is adopted as such', () => {
    const { work, contact } = found({ email: 'p@x.test', hs_additional_emails: 'a@x.test' }, 'a@x.test')

    expect(decide(work, world)).toStrictEqual({ do: 'adopt', contact, primary: false, keepEmail: true })
  })

  it('under several addresses: the newest is adopted', () => {
    const work = newUser({ email: 'old@x.test' }, { email: 'new@x.test' })
    const newest = contactOf('8', { email: 'new@x.test' })
    work.facts.byEmail.set(email('old@x.test'), contactOf('7', { email: 'old@x.test' }))
    work.facts.byEmail.set(email('new@x.test'), newest)

    expect(decide(work, world)).toMatchObject({ do: 'adopt', contact: newest })
  })

  it('by our id goes before one with our address', () => {
    const { work } = found({ email: 'a@x.test' }, 'a@x.test')
    work.facts.byId = contactOf('9', { internal_user_id: 'alex' })

    expect(decide(work, world)).toMatchObject({ do: 'adopt', contact: { vid: '9' } })
  })

  it('that carries another id is a conflict, which names the contact', () => {
    const { work } = found({ email: 'a@x.test', internal_user_id: 'them' }, 'a@x.test')

    expect(decide(work, world)).toMatchObject({ do: 'settle', trouble: { code: 'conflict', vid: '7' } })
  })

  it('that another user claims and means is a conflict, which names that user', () => {
    const { work } = found({ email: 'a@x.test' }, 'a@x.test')
    const { due: _, ...resting } = them('7')
    knowClaim(work, `vid#${vidOf('7')}`, THEM, resting)

    expect(decide(work, world)).toMatchObject({ do: 'settle', trouble: { code: 'conflict', vid: '7', with: THEM } })
  })

  it('that another user claims and has left behind is taken over from them', () => {
    const { work } = found({ email: 'a@x.test' }, 'a@x.test')
    knowClaim(work, `vid#${vidOf('7')}`, THEM, them('8'))

    expect(decide(work, world)).toMatchObject({ do: 'adopt', from: THEM })
  })

  it('of another user under an older address does not keep the newer one from being created', () => {
    const { work } = found({ email: 'old@x.test', internal_user_id: 'them' }, 'old@x.test', 'new@x.test')

    expect(decide(work, world)).toStrictEqual({ do: 'reserve', email: 'new@x.test' })
  })
})

describe('an address', () => {
  it('that another user has or wants is a conflict, which names that user', () => {
    const work = nowhere(newUser({ email: 'a@x.test' }), 'a@x.test')
    knowClaim(work, `email#${email('a@x.test')}`, THEM, them('7', 'a@x.test'))

    expect(decide(work, world)).toMatchObject({ do: 'settle', trouble: { code: 'conflict', with: THEM } })
  })

  it('that another user has left is taken over from them', () => {
    const work = nowhere(newUser({ email: 'a@x.test' }), 'a@x.test')
    knowClaim(work, `email#${email('a@x.test')}`, THEM, them('7', 'b@x.test'))

    expect(decide(work, world)).toStrictEqual({ do: 'reserve', email: 'a@x.test', from: THEM })
  })
})

describe('a create that HubSpot refused because contact 7 has a value of ours', () => {
  const refused = () => {
    const work = reserved(nowhere(newUser({ email: 'a@x.test' }), 'a@x.test'), 'a@x.test')
    work.facts.rivalVid = vidOf('7')
    return work
  }

  it('reads contact 7', () => {
    expect(decide(refused(), world)).toStrictEqual({ do: 'read', by: 'rival', ids: ['7'] })
  })

  it('adopts it when it is ours', () => {
    const work = refused()
    work.facts.rival = contactOf('7', { internal_user_id: 'alex' })

    expect(decide(work, world)).toMatchObject({ do: 'adopt', contact: { vid: '7' } })
  })

  it('is a conflict when it is another user’s', () => {
    const work = refused()
    work.facts.rival = contactOf('7', { internal_user_id: 'them' })

    expect(decide(work, world)).toMatchObject({ do: 'settle', trouble: { code: 'conflict', vid: '7' } })
  })

  it('is a conflict for now when it is gone', () => {
    const work = refused()
    work.facts.rival = null

    expect(decide(work, world)).toMatchObject({ do: 'settle', trouble: { code: 'conflict', vid: '7' } })
  })
})

describe('a lead', () => {
  const lead = (...traits: { email?: string | null; age?: number }[]): Work => {
    const work = newUser(...traits)
    return { ...work, record: { ...work.record, key: leadKey(email('a@x.test')) } }
  }

  it('is created without an id', () => {
    const work = reserved(nowhere(lead({ email: 'a@x.test' }), 'a@x.test'), 'a@x.test')

    expect(decide(work, world)).toStrictEqual({ do: 'create', properties: { email: 'a@x.test' } })
  })

  it('is never looked for by id', () => {
    const work = reserved(nowhere(lead({ email: 'a@x.test' }), 'a@x.test'), 'a@x.test')
    work.delivered = { ...work.delivered, maybeCreated: true }

    expect(decide(work, world)).toMatchObject({ do: 'create' })
  })

  it('whose address HubSpot refuses cannot be created', () => {
    const work = lead({ email: 'a@x.test' })
    work.delivered = { ...work.delivered, withheld: refusedEmail('a@x.test') }

    expect(decide(work, world)).toMatchObject({ do: 'settle', trouble: { code: 'rejected' } })
  })
})

describe('a user whose vid is known', () => {
  it('and of whom all is delivered has nothing to do', () => {
    expect(decide(knownUser({ email: 'a@x.test', age: 5 }), world)).toStrictEqual({ do: 'settle' })
  })

  it('gets what has changed, and nothing else', () => {
    const work = saying(knownUser({ email: 'a@x.test', age: 5, firstName: 'Al' }), { age: 6, firstName: 'Al' })

    expect(decide(work, world)).toStrictEqual({ do: 'update', vid: '501', properties: { age: '6' } })
  })

  it('with a new address reserves it before it is sent', () => {
    const work = saying(knownUser({ email: 'a@x.test' }), { email: 'b@x.test', age: 6 })

    const first = decide(work, world)
    const then = decide(reserved(work, 'b@x.test'), world)

    expect(first).toStrictEqual({ do: 'reserve', email: 'b@x.test' })
    expect(then).toStrictEqual({ do: 'update', vid: '501', properties: { email: 'b@x.test', age: '6' } })
  })

  it('who takes the address back has it cleared', () => {
    const work = saying(knownUser({ email: 'a@x.test' }), { email: null })

    expect(decide(work, world)).toStrictEqual({ do: 'update', vid: '501', properties: { email: '' } })
  })

  it('whose new address is another user’s gets everything else', () => {
    const work = saying(knownUser({ email: 'a@x.test' }), { email: 'b@x.test', age: 6 })
    knowClaim(work, `email#${email('b@x.test')}`, THEM, them('7', 'b@x.test'))

    expect(decide(work, world)).toStrictEqual({ do: 'update', vid: '501', properties: { age: '6' } })
  })

  it('whose new address contact 7 of another user has reads contact 7, and then gets everything else', () => {
    const work = reserved(saying(knownUser({ email: 'a@x.test' }), { email: 'b@x.test', age: 6 }), 'b@x.test')
    work.facts.rivalVid = vidOf('7')

    const first = decide(work, world)
    work.facts.rival = contactOf('7', { email: 'b@x.test', internal_user_id: 'them' })

    expect(first).toStrictEqual({ do: 'read', by: 'rival', ids: ['7'] })
    expect(decide(work, world)).toStrictEqual({ do: 'update', vid: '501', properties: { age: '6' } })
  })

  it('who is named one rival after the other is a conflict in the end, with whoever is in the way then', () => {
    const work = reserved(saying(knownUser({ email: 'a@x.test' }), { email: 'b@x.test' }), 'b@x.test')
    work.facts.rivalVid = vidOf('7')
    work.facts.rival = contactOf('7', { email: 'b@x.test', internal_user_id: 'them' })
    work.facts.rivals = 5
    knowClaim(work, `vid#${vidOf('7')}`, THEM, them('7', 'b@x.test'))

    const { delivered } = settle(work, undefined, world)

    expect(delivered).toMatchObject({ state: 'conflict', problem: { with: THEM, vid: '7' } })
  })

  it('whose new address a contact of nobody has is merged with it', () => {
    const work = reserved(saying(knownUser({ email: 'a@x.test' }), { email: 'b@x.test', age: 6 }), 'b@x.test')
    work.facts.rivalVid = vidOf('7')
    work.facts.rival = contactOf('7', { email: 'b@x.test' })

    expect(decide(work, world)).toStrictEqual({ do: 'merge', vid: '501', contact: work.facts.rival })
  })

  it.each<[string, Partial<Delivered>, Partial<ContactRecord>, boolean]>([
    ['nobody doubts', {}, {}, false],
    ['somebody doubts', {}, { verify: 1 }, true],
    ['a look is due', { looks: [NOON] }, {}, true],
    ['a look is not due yet', { looks: [NOON + 1] }, {}, false],
    ['there was a conflict', { state: 'conflict' }, {}, true],
    [
      'the address was a secondary one',
      { withheld: new Map([['email', { code: 'secondary_email', message: '', value: '', schema: '' }]]) },
      {},
      true,
    ],
  ])('is read back, or is not, where %s', (_, delivered, record, doubted) => {
    const work = knownUser({ email: 'a@x.test' }, delivered, record)

    expect(inDoubt(work, world)).toBe(doubted)
    expect(decide(work, world)).toMatchObject(doubted ? { do: 'read', by: 'vid', ids: ['501'] } : { do: 'settle' })
  })

  it('and whose input was missing from an answer is read back', () => {
    const work = knownUser({ email: 'a@x.test' })
    work.facts.missing = 1

    expect(decide(work, world)).toStrictEqual({ do: 'read', by: 'vid', ids: ['501'] })
  })
})

describe('a contact that is read back', () => {
  const doubted = (delivered: Partial<Delivered> = {}) =>
    knownUser({ email: 'a@x.test', age: 5 }, delivered, { verify: 1 })

  it('as it should be needs nothing', () => {
    const work = doubted()
    work.facts.byVid = contactOf('501', { email: 'a@x.test', internal_user_id: 'alex' })

    expect(decide(work, world)).toStrictEqual({ do: 'settle' })
  })

  it('gets back what an unanswered write made of it', () => {
    const work = doubted({ suspects: ['age', 'email'] })
    work.facts.byVid = contactOf('501', { email: 'a@x.test', age: '4' })

    expect(decide(work, world)).toStrictEqual({ do: 'update', vid: '501', properties: { age: '5' } })
  })

  it('keeps what people have edited, where no write of ours is in doubt', () => {
    const work = doubted()
    work.facts.byVid = contactOf('501', { email: 'edited@x.test', age: '4' })

    expect(decide(work, world)).toStrictEqual({ do: 'settle' })
  })

  it('with the address of an unanswered write reserves and sends the right one', () => {
    const work = doubted({ suspects: ['email'] })
    work.facts.byVid = contactOf('501', { email: 'before@x.test' })

    const first = decide(work, world)
    const then = decide(reserved(work, 'a@x.test'), world)

    expect(first).toStrictEqual({ do: 'reserve', email: 'a@x.test' })
    expect(then).toStrictEqual({ do: 'update', vid: '501', properties: { email: 'a@x.test' } })
  })

  it('and gone is forgotten, so that it is made again', () => {
    const work = doubted()
    work.facts.byVid = null

    expect(decide(work, world)).toStrictEqual({ do: 'unlink' })
  })

  it('and gone stays deleted where that is the policy, and so it stays', () => {
    const work = doubted()
    work.facts.byVid = null
    const settled = knownUser({ age: 6 }, { state: 'deleted' })

    expect(decide(work, leave)).toMatchObject({ do: 'settle', trouble: { code: 'deleted' } })
    expect(decide(settled, leave)).toMatchObject({ do: 'read', by: 'vid' })
    settled.facts.byVid = null
    expect(decide(settled, leave)).toMatchObject({ do: 'settle', trouble: { code: 'deleted' } })
  })

  it('and merged away goes on as its survivor, whatever the primary email of that', () => {
    const work = doubted()
    const survivor = contactOf('777', { email: 'whoever@x.test', hs_additional_emails: 'a@x.test' })
    work.facts.byVid = survivor

    expect(decide(work, world)).toStrictEqual({ do: 'adopt', contact: survivor, primary: false, keepEmail: false })
  })

  it.each([
    ['by claim', null],
    ['by its id', 'them'],
  ])('and merged into another user’s, %s, is a conflict', (_, id) => {
    const work = doubted()
    work.facts.byVid = contactOf('777', { internal_user_id: id })
    if (id === null) knowClaim(work, `vid#${vidOf('777')}`, THEM, them('777'))

    expect(decide(work, world)).toMatchObject({ do: 'settle', trouble: { code: 'conflict', vid: '777' } })
  })

  const adoptedUnder = (address: string) => {
    const work = doubted({ email: email('p@x.test') })
    const held = { code: 'secondary_email' as const, message: '', value: '', schema: '' }
    work.delivered = { ...work.delivered, withheld: new Map([['email', held]]) }
    work.facts.byVid = contactOf('501', { email: 'p@x.test', hs_additional_emails: address })
    return work
  }

  it('and was adopted under a secondary address keeps its primary one and gets everything else', () => {
    const work = saying(adoptedUnder('a@x.test'), { age: 6 })
    work.delivered = adoptedUnder('a@x.test').delivered
    work.facts.byVid = contactOf('501', { email: 'p@x.test', hs_additional_emails: 'a@x.test' })

    expect(decide(work, world)).toStrictEqual({ do: 'update', vid: '501', properties: { age: '6' } })
  })

  it('and has our address as a secondary one, left from a merge of ours, gets it as its primary one', () => {
    const work = doubted({ email: email('p@x.test') })
    work.facts.byVid = contactOf('501', { email: 'p@x.test', hs_additional_emails: 'a@x.test' })
    work.facts.reserved.add(email('a@x.test'))

    expect(decide(work, world)).toStrictEqual({ do: 'update', vid: '501', properties: { email: 'a@x.test' } })
  })
})
