import { describe, expect, it } from 'vitest'
import { awaited, freedBy } from '../../../functions/core/identity.ts'
import type { ContactRecord, Delivered } from '../../../functions/core/record.ts'
import { canonicalEmail } from '../../../functions/core/types.ts'
import { claimOnEmail, claimOnVid, deliveredOf, foldedOf, NOON, registerOf, vidOf } from '../../support/records.ts'

const emailOf = (name: string) => canonicalEmail(`${name}@example.com`)
const OLD = emailOf('old')
const NEW = emailOf('new')

/** A record that wants the new address. */
function recordOf(delivered: Partial<Delivered>, verify = 0): ContactRecord {
  const folded = foldedOf(1, { registers: new Map([['email', registerOf(NEW)]]) })
  return { key: 'user#alex', folded, delivered: deliveredOf(1, delivered), verify }
}
const V1 = vidOf('101')
const before = recordOf({ vid: V1, email: OLD })

describe('what a record frees', () => {
  it.each<[string, Partial<Delivered>, readonly string[]]>([
    ['nothing as long as all stays', { vid: V1, email: OLD }, []],
    [
      'the old address, and its place in the contact, by a new one',
      { vid: V1, email: NEW },
      ['email#old@example.com', 'vid#101'],
    ],
    [
      'its contact and the old address, when it has another contact',
      { vid: vidOf('102'), email: NEW },
      ['vid#101', 'email#old@example.com'],
    ],
    ['all, when it is deleted', { state: 'deleted' }, ['vid#101', 'email#old@example.com', 'email#new@example.com']],
    ['nothing while a write may still land', { vid: V1, email: OLD, looks: [NOON] }, []],
  ])('is %s', (_, after, freed) => {
    expect(freedBy(before, deliveredOf(2, after))).toStrictEqual(freed)
  })

  it('is free only when the last doubt has gone', () => {
    const doubtful = recordOf({ vid: V1, email: NEW, left: [OLD], looks: [NOON] })

    expect(freedBy(doubtful, deliveredOf(2, { vid: V1, email: NEW, left: [OLD], looks: [NOON + 1] }))).toStrictEqual([])
    expect(freedBy(doubtful, deliveredOf(2, { vid: V1, email: NEW, left: [OLD] }))).toStrictEqual([
      claimOnEmail(OLD),
      claimOnVid('101'),
    ])
  })

  it('includes the contact that it was merging', () => {
    const merging = recordOf({ vid: V1, email: NEW, merging: vidOf('103') })

    expect(freedBy(merging, deliveredOf(2, { vid: V1, email: NEW }))).toStrictEqual([claimOnVid('103')])
  })
})

describe('what a record waits for', () => {
  const problem = { code: 'conflict', message: '' } as const
  const inConflict = (change: object) => deliveredOf(2, { state: 'conflict', problem: { ...problem, ...change } })

  it('is the contact of the other user, or else the address', () => {
    expect(awaited(before, inConflict({ with: 'user#bo', vid: V1 }))).toBe('vid#101')
    expect(awaited(before, inConflict({ with: 'user#bo' }))).toBe('email#new@example.com')
  })

  it('is nothing where nobody is known to stand in the way, or nothing does', () => {
    expect(awaited(before, inConflict({ vid: V1 }))).toBeUndefined()
    expect(awaited(before, deliveredOf(2))).toBeUndefined()
  })
})
