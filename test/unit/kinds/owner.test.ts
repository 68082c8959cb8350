import { describe, expect, it } from 'vitest'
import type { Trouble } from '../../../functions/core/delivery/work.ts'
import { standingOf } from '../../../functions/core/kinds/owner.ts'
import { NOON, vidOf } from '../../support/records.ts'
import { knownUser, newUser } from '../../support/works.ts'

const sharing: Trouble = { code: 'conflict', message: 'another user', with: 'user#them', vid: vidOf('501') }

describe('the owner of what belongs to a user', () => {
  it('is known as soon as HubSpot has the contact, and not before', () => {
    const before = standingOf(newUser({ age: 5 }).record, NOON)
    const after = standingOf(knownUser({ age: 5 }).record, NOON)

    expect(before.is).toBe('unknown')
    expect(after).toMatchObject({ is: 'known', vid: '501' })
  })

  it('is nobody to tell anything of while the contact is another user’s, too', () => {
    const { record } = knownUser({ age: 5 }, { state: 'conflict', problem: sharing })

    expect(standingOf(record, NOON).is).toBe('unknown')
  })
})
