import { describe, expect, it } from 'vitest'
import { defineConfig } from '../../../functions/core/config.ts'
import { decide } from '../../../functions/core/delivery/decide.ts'
import { payloadFor } from '../../../functions/core/delivery/payload.ts'
import { settle } from '../../../functions/core/delivery/settle.ts'
import { linked, taken } from '../../../functions/core/delivery/transitions.ts'
import { newWork, type Work, type World } from '../../../functions/core/delivery/work.ts'
import type { Json } from '../../../functions/core/types.ts'
import { eventOf, recordOf } from '../../support/events.ts'
import { foldEvents } from '../../support/folding.ts'
import { deliveredOf, NOON, vidOf } from '../../support/records.ts'
import { optionsOf, propertyOf, schemaOf } from '../../support/schemas.ts'
import { contactOf } from '../../support/works.ts'

const config = defineConfig({
  contacts: {
    fields: {
      nickname: { from: 'traits.nickname', keepEdits: true },
      points: { from: 'traits.points', keepEdits: true },
      interests: { from: 'traits.interests', append: true },
      source: { from: 'traits.source', createOnly: true },
    },
  },
})
const schema = schemaOf(
  ...[propertyOf('nickname'), propertyOf('points', 'number'), propertyOf('source'), propertyOf('tags')],
  propertyOf('interests', 'enumeration', { options: optionsOf('golf', 'chess', 'darts'), multiple: true }),
  propertyOf('lifecyclestage', 'enumeration', { options: optionsOf('lead', 'opportunity', 'customer') }),
)
const world: World = { schema, config, now: NOON }
const VID = vidOf('501')
const updating = { creating: false, email: 'confirmed' } as const

/** Says more of the user in the nth minute. */
function saying(work: Work | undefined, traits: { readonly [trait: string]: Json }, n: number): Work {
  const { folded } = foldEvents(work?.record, [eventOf(n, traits)], world)
  const delivered = work?.delivered ?? deliveredOf(0, { vid: VID })
  return newWork({ ...recordOf(folded), delivered })
}

/** One round in which HubSpot holds this: what is asked and sent, and the user as the next round finds them. */
function round(
  work: Work,
  held: Record<string, string | null>,
): { readonly sent: unknown; readonly read: boolean; after: Work } {
  let step = decide(work, world)
  const read = step.do === 'read'
  if (read) {
    work.facts.byVid = contactOf(VID, held)
    step = decide(work, world)
  }
  const properties = step.do === 'update' ? step.properties : {}
  if (step.do === 'update') {
    work.delivered = taken(work, VID, properties, world)
    if (work.facts.byVid) work.facts.byVid = contactOf(VID, { ...held, ...properties })
  }
  const { delivered } = settle(work, undefined, world)
  const { internal_user_id: _, ...sent } = properties
  return { sent, read, after: newWork({ ...work.record, delivered }) }
}

const withheld = ({ delivered }: Work, name: string) => delivered.withheld.get(name)?.code

describe('a value that is kept when somebody has changed it in HubSpot', () => {
  const first = round(saying(undefined, { nickname: 'Al' }, 1), { nickname: null })

  it('is sent where HubSpot has none, after HubSpot has been read', () => {
    expect(first).toMatchObject({ sent: { nickname: 'Al' }, read: true })
  })

  it('is sent again while HubSpot holds what was sent', () => {
    const { sent, after } = round(saying(first.after, { nickname: 'Ali' }, 2), { nickname: 'Al' })

    expect(sent).toStrictEqual({ nickname: 'Ali' })
    expect(round(saying(after, { nickname: 'Alix' }, 3), { nickname: 'Ali' }).sent).toStrictEqual({ nickname: 'Alix' })
  })

  it.each([['Alexander'], [null], ['']])('stays when HubSpot holds %j instead', nickname => {
    const { sent, after } = round(saying(first.after, { nickname: 'Ali' }, 2), { nickname })

    expect(sent).toStrictEqual({})
    expect(withheld(after, 'nickname')).toBe('edited')
  })

  it('costs no further reading until there is another value', () => {
    const { after } = round(saying(first.after, { nickname: 'Ali' }, 2), { nickname: 'Alexander' })

    const other = round(saying(after, { firstName: 'A' }, 3), { nickname: 'Alexander' })

    expect(other).toMatchObject({ sent: { firstname: 'A' }, read: false })
    expect(withheld(other.after, 'nickname')).toBe('edited')
    expect(round(saying(other.after, { nickname: 'Alix' }, 4), { nickname: 'Alexander' }).read).toBe(true)
  })

  it('that the person in HubSpot has made the same is ours again', () => {
    const same = round(saying(first.after, { nickname: 'Ali' }, 2), { nickname: 'Ali' })

    expect(same.sent).toStrictEqual({})
    expect(withheld(same.after, 'nickname')).toBeUndefined()
    expect(round(saying(same.after, { nickname: 'Alix' }, 3), { nickname: 'Ali' }).sent).toStrictEqual({
      nickname: 'Alix',
    })
  })

  it('is not sent over what HubSpot had before us', () => {
    const { sent, after } = round(saying(undefined, { nickname: 'Al' }, 1), { nickname: 'Alexander' })

    expect(sent).toStrictEqual({})
    expect(withheld(after, 'nickname')).toBe('edited')
  })

  it('is compared by what it means', () => {
    const { after } = round(saying(undefined, { points: '5.0' }, 1), { points: null })

    expect(round(saying(after, { points: 6 }, 2), { points: '5' }).sent).toStrictEqual({ points: '6' })
  })

  it('is sent with the call that creates the contact, and known from then on', () => {
    const created = newWork({ ...saying(undefined, { nickname: 'Al' }, 1).record, delivered: deliveredOf(0) })
    const { properties } = payloadFor(created, world, { creating: true, email: 'send' })
    created.delivered = taken(created, VID, properties, world)

    expect(properties.nickname).toBe('Al')
    expect(round(saying(created, { nickname: 'Ali' }, 2), { nickname: 'Al' }).sent).toStrictEqual({ nickname: 'Ali' })
  })

  it('costs others nothing: no user is read for whom there is nothing of it', () => {
    expect(round(saying(first.after, { firstName: 'A' }, 2), {})).toMatchObject({
      sent: { firstname: 'A' },
      read: false,
    })
  })
})

it('of another contact nothing is known: what was sent to the last one does not count', () => {
  const { after } = round(saying(undefined, { nickname: 'Al' }, 1), { nickname: null })

  const { sent, vid, version } = linked(after, contactOf('777'))

  expect(after.delivered.sent?.has('nickname')).toBe(true)
  expect({ sent, vid, version }).toStrictEqual({ sent: undefined, vid: '777', version: 0 })
})

describe('a lifecycle stage', () => {
  const at = (stage: string | null, wanted: Json) => {
    const before = saying(undefined, {}, 1)
    return round(saying(round(before, {}).after, { lifecyclestage: wanted }, 2), { lifecyclestage: stage })
  }

  it.each([
    [null, 'lead'],
    ['lead', 'customer'],
    ['mine', 'lead'],
    ['customer', null],
  ])('moves from %j to %j', (stage, wanted) => {
    expect(at(stage, wanted)).toMatchObject({ sent: { lifecyclestage: wanted ?? '' }, read: true })
  })

  it('never moves back, which is told', () => {
    const { sent, after } = at('customer', 'lead')

    expect(sent).toStrictEqual({})
    expect(withheld(after, 'lifecyclestage')).toBe('backward')
  })
})

describe('choices that are only added', () => {
  const delivered = round(saying(undefined, { interests: ['golf'] }, 1), {}).after

  it('are added to those that HubSpot holds', () => {
    expect(round(saying(undefined, { interests: ['golf', 'The chess'] }, 1), {}).sent).toStrictEqual({
      interests: ';chess;golf',
    })
    expect(round(saying(delivered, { interests: 'chess' }, 2), {}).sent).toStrictEqual({ interests: ';chess' })
    expect(round(saying(delivered, { interests: 'golf' }, 2), {}).sent).toStrictEqual({})
  })

  it('are all there is when the contact is created', () => {
    const work = newWork({
      ...saying(undefined, { interests: ['golf', 'chess'] }, 1).record,
      delivered: deliveredOf(0),
    })

    expect(payloadFor(work, world, { creating: true, email: 'send' }).properties.interests).toBe('chess;golf')
  })

  it('cost nothing when one of them is no option, which is told without naming it', () => {
    const work = saying(undefined, { interests: ['golf', 'SECRET'] }, 1)

    expect(round(work, {}).sent).toStrictEqual({ interests: ';golf' })
    expect(work.record.folded.problems.get('interests')?.code).toBe('invalid_value')
    expect(JSON.stringify([...work.record.folded.problems.values()])).not.toContain('SECRET')
  })

  it('that were kept before the options were known are judged one by one', () => {
    const { folded } = foldEvents(undefined, [eventOf(1, { interests: ['golf', 'fishing'] })], {
      ...world,
      schema: undefined,
    })
    const work = newWork({ ...recordOf(folded), delivered: deliveredOf(0, { vid: VID }) })

    const { sent, after } = round(work, {})

    expect(sent).toStrictEqual({ interests: ';golf' })
    expect(withheld(after, 'interests')).toBe('invalid_value')
    expect(round(saying(after, { firstName: 'A' }, 2), {}).sent).toStrictEqual({ firstname: 'A' })
  })

  it('are no choices of a property with one value', () => {
    const other = defineConfig({ contacts: { fields: { tags: { from: 'traits.tags', append: true } } } })
    const { folded } = foldEvents(undefined, [eventOf(1, { tags: ['a'] })], { ...world, config: other })

    expect(folded.problems.get('tags')?.code).toBe('invalid_value')
    expect([...folded.registers.keys()]).toStrictEqual([])
  })
})

it('a field for creating alone is not sent to a contact that exists', () => {
  const work = saying(undefined, { source: 'ad', firstName: 'A' }, 1)

  expect(payloadFor(work, world, updating).properties).toStrictEqual({ firstname: 'A', internal_user_id: 'alex' })
  expect(payloadFor(work, world, { creating: true, email: 'send' }).properties.source).toBe('ad')
})
