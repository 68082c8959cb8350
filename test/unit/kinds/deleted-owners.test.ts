import { describe, expect, it } from 'vitest'
import { linkKey, membershipsKey, objectKey, subscriptionsKey } from '../../../functions/core/keys.ts'
import { decideLink } from '../../../functions/core/kinds/links.ts'
import { decideLists } from '../../../functions/core/kinds/lists.ts'
import { decideSubscriptions } from '../../../functions/core/kinds/subscriptions.ts'
import type { Owner } from '../../../functions/core/kinds/task.ts'
import type { Millis } from '../../../functions/core/types.ts'
import { foldedOf, registerOf, stampOf } from '../../support/records.ts'
import { knownOwner, moment, taskOf } from '../../support/tasks.ts'

const GONE = { do: 'drop', why: 'gone' }
/** When everything here is said, and the moments around it. */
const SAID = stampOf(1).time
const [BEFORE, AFTER] = [SAID - 1, SAID + 1]

const at = moment({
  objects: { companies: { from: 'group', id: 'groupId', uniqueProperty: 'company_id' } },
  subscriptions: { News: { when: 'traits.news' } },
})

/** Somebody who was deleted, and has come back since. */
function back(deleted: Millis): Owner {
  const owner = knownOwner()
  if (owner.is !== 'known') throw new Error('they are known')
  return { ...owner, record: { ...owner.record, folded: foldedOf(1, { deletion: stampOf(9, deleted) }) } }
}

const DECISIONS = {
  'an association': (owner: Owner) => {
    const mapping = at.config.objects.companies
    if (!mapping) throw new Error('there is one')
    const task = taskOf(linkKey('user#u0', 'companies', 'acme'), { labels: '*' })
    const ids = new Map([[objectKey('companies', 'acme'), '9']])
    return decideLink(task, { ...at, mapping, type: 'companies', owner, idOf: key => ids.get(key), labels: [] })
  },
  'a membership': (owner: Owner) =>
    decideLists(taskOf(membershipsKey('user#u0'), { VIP: true }), owner, new Map([['VIP', '7']]), at),
  'a consent': (owner: Owner) =>
    decideSubscriptions(taskOf(subscriptionsKey('user#u0'), { News: true }), owner, new Map([['News', '12']]), at),
} as const

for (const [what, decide] of Object.entries(DECISIONS)) {
  describe(`${what} that the deletion has not found`, () => {
    it('is not told when it was said before', () => {
      expect(decide({ is: 'gone', since: AFTER })).toEqual(GONE)
      expect(decide({ is: 'gone', since: SAID })).toEqual(GONE)
      expect(decide(back(AFTER))).toEqual(GONE)
    })

    it('waits for, and is told to, whoever was deleted before it was said', () => {
      expect(decide({ is: 'gone', since: BEFORE })).toMatchObject({ ending: { trouble: { code: 'waiting' } } })
      expect(decide(back(BEFORE)).do).toBe('call')
    })
  })
}

it('of several lists only those are told that were said after the deletion', () => {
  const registers = new Map([
    ['VIP', registerOf(true, stampOf(1))],
    ['Trial', registerOf(true, stampOf(3))],
  ])
  const lists = new Map([
    ['VIP', '7'],
    ['Trial', '8'],
  ])

  const step = decideLists(taskOf(membershipsKey('user#u0'), {}, { folded: { registers } }), back(AFTER), lists, at)

  expect(step.do === 'call' && step.inputs.map(({ listId }) => listId)).toEqual(['8'])
})
