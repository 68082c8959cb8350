import { describe, expect, it } from 'vitest'
import { membershipsKey, subscriptionsKey } from '../../../functions/core/keys.ts'
import { decideLists, noSuchList } from '../../../functions/core/kinds/lists.ts'
import { learnRegisters } from '../../../functions/core/kinds/registers.ts'
import { decideSubscriptions } from '../../../functions/core/kinds/subscriptions.ts'
import { canonicalEmail } from '../../../functions/core/types.ts'
import { NOON, registerOf, stampOf, vidOf } from '../../support/records.ts'
import { knownOwner, moment, taskOf, toldTask, unknownOwner } from '../../support/tasks.ts'

const LISTS = membershipsKey('user#u1')
const SUBSCRIPTIONS = subscriptionsKey('user#u1')
const ids = new Map<string, string | ReturnType<typeof noSuchList>>([
  ['VIP', '7'],
  ['Trial', '8'],
  ['Missing', noSuchList('Missing')],
])

describe('the lists of a person', () => {
  it('are told one by one; one that HubSpot lacks is held back and keeps no other waiting', () => {
    const task = taskOf(LISTS, { VIP: true, Trial: false, Missing: true })

    const step = decideLists(task, knownOwner(), ids, moment())
    if (step.do === 'call') for (const input of step.inputs) learnRegisters(input, { is: 'done' })
    const end = decideLists(task, knownOwner(), ids, moment())

    expect(step).toMatchObject({
      inputs: [
        { listId: '7', vid: '101', member: true },
        { listId: '8', vid: '101', member: false },
      ],
    })
    expect(end).toMatchObject({ do: 'settle', ending: { told: { vid: '101' } } })
    expect(end.do === 'settle' && [...(end.ending.withheld ?? [])]).toMatchObject([['Missing', { code: 'waiting' }]])
  })

  it('wait for the person', () => {
    expect(decideLists(taskOf(LISTS, { VIP: true }), unknownOwner, ids, moment())).toMatchObject({
      ending: { trouble: { code: 'waiting' } },
    })
  })

  it('are all told again for another contact, and only what is new for the same', () => {
    const values = { VIP: true, Trial: false }
    const same = decideLists(toldTask(LISTS, values, { vid: vidOf('101') }), knownOwner(), ids, moment())
    const other = decideLists(toldTask(LISTS, values, { vid: vidOf('99') }), knownOwner(), ids, moment())

    expect(same.do).toBe('settle')
    expect(other.do === 'call' && other.inputs).toHaveLength(2)
  })

  it('are told again where nobody answered, those alone', () => {
    const delivered = { vid: vidOf('101'), looks: [NOON - 1], suspects: ['VIP'] }

    const step = decideLists(toldTask(LISTS, { VIP: true, Trial: false }, delivered), knownOwner(), ids, moment())

    expect(step).toMatchObject({ do: 'call', inputs: [{ listId: '7', member: true }] })
  })

  it('go with a deletion', () => {
    const registers = new Map([['VIP', registerOf('', stampOf(5))]])
    const task = taskOf(LISTS, {}, { folded: { registers, deletion: stampOf(5) } })

    expect(decideLists(task, knownOwner(), ids, moment())).toEqual({ do: 'drop', why: 'gone' })
  })
})

describe('the subscriptions of a person', () => {
  const config = { subscriptions: { News: { when: 'traits.news', legalBasis: 'CONSENT_WITH_NOTICE' } } } as const
  const types = new Map([['News', '12']])

  it('are told for the address that HubSpot has confirmed, with their legal basis', () => {
    const step = decideSubscriptions(taskOf(SUBSCRIPTIONS, { News: true }), knownOwner(), types, moment(config))

    expect(step).toMatchObject({
      inputs: [
        {
          consent: {
            email: 'alex@example.com',
            subscriptionId: '12',
            subscribed: true,
            legalBasis: 'CONSENT_WITH_NOTICE',
          },
        },
      ],
    })
  })

  it('are told again for another address alone', () => {
    const told = (email: string) =>
      decideSubscriptions(
        toldTask(SUBSCRIPTIONS, { News: false }, { email: canonicalEmail(email) }),
        knownOwner(),
        types,
        moment(config),
      ).do

    expect(told('alex@example.com')).toBe('settle')
    expect(told('before@example.com')).toBe('call')
  })

  it('of a kind that HubSpot lacks are held back', () => {
    const step = decideSubscriptions(taskOf(SUBSCRIPTIONS, { News: true }), knownOwner(), new Map(), moment(config))

    expect(step.do === 'settle' && step.ending.withheld?.get('News')).toMatchObject({ code: 'waiting' })
  })
})
