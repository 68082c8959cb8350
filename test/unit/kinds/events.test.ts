import { describe, expect, it } from 'vitest'
import { occurrenceKey } from '../../../functions/core/keys.ts'
import { type Definition, decideEvent, learnEvent } from '../../../functions/core/kinds/events.ts'
import { type Owner, waitingFor } from '../../../functions/core/kinds/task.ts'
import type { ContactRecord } from '../../../functions/core/record.ts'
import { foldedOf, NOON, stampOf, vidOf } from '../../support/records.ts'
import { knownOwner, moment, taskOf, unknownOwner } from '../../support/tasks.ts'

const KEY = occurrenceKey('user#u1', 'abc')
const occurrence = { name: 'order_completed', at: NOON - 5_000, uuid: 'f0e1d2c3-0000-8000-8000-000000000000' }
const DEFINITION: Definition = { fullName: 'pe1_order_completed', properties: new Set(['total', 'hs_city']) }
const defined = () => DEFINITION
const DAY = 86_400_000

const event = (values = { total: 12, unheard_of: 'x' }) => taskOf(KEY, values, { folded: { occurrence } })

describe('an event', () => {
  it('is told with the properties that HubSpot knows of it, as texts', () => {
    const step = decideEvent(event(), knownOwner(), defined, moment())

    expect(step).toMatchObject({
      inputs: [
        {
          occurrence: {
            eventName: 'pe1_order_completed',
            objectId: '101',
            occurredAt: NOON - 5_000,
            uuid: occurrence.uuid,
            properties: { total: '12' },
          },
        },
      ],
    })
  })

  it('settles for good once it is told', () => {
    const task = event()
    const step = decideEvent(task, knownOwner(), defined, moment())
    if (step.do === 'call') for (const input of step.inputs) learnEvent(input, { is: 'done' })

    expect(decideEvent(task, knownOwner(), defined, moment())).toEqual({ do: 'settle', ending: { forGood: true } })
  })

  it('follows the properties of its person', () => {
    expect(decideEvent(event(), knownOwner('101', {}, true), defined, moment())).toEqual({ do: 'later' })
  })

  it('waits for a contact, and for a definition, as long as it may', () => {
    const waits = { do: 'settle', ending: { trouble: { code: 'waiting' } } }

    expect(decideEvent(event(), unknownOwner, defined, moment())).toMatchObject(waits)
    expect(decideEvent(event(), knownOwner(), () => waitingFor('no such event'), moment())).toMatchObject(waits)
    expect(decideEvent(event(), unknownOwner, defined, moment({}, NOON + 30 * DAY + 1))).toEqual({
      do: 'drop',
      why: 'expired',
    })
  })

  it('is left as it is while HubSpot does not tell what is defined, and still goes when it has waited too long', () => {
    const untold = () => undefined

    expect(decideEvent(event(), knownOwner(), untold, moment())).toEqual({ do: 'leave' })
    expect(decideEvent(event(), knownOwner(), untold, moment({}, NOON + 31 * DAY)).do).toBe('drop')
  })

  it('of somebody who is deleted goes, unless it happened after they came back', () => {
    const deleted = (time: number): Owner => {
      const folded = foldedOf(1, { deletion: stampOf(1, time) })
      const record: ContactRecord = { key: 'user#u1', folded, delivered: event().delivered, verify: 0 }
      return { is: 'known', key: 'user#u1', vid: vidOf('101'), record, busy: false }
    }
    const gone = { do: 'drop', why: 'gone' }

    expect(decideEvent(event(), { is: 'gone' }, defined, moment())).toEqual(gone)
    expect(decideEvent(event(), { is: 'gone', since: NOON }, defined, moment())).toEqual(gone)
    expect(decideEvent(event(), { is: 'gone', since: NOON - 9_000 }, defined, moment()).do).toBe('settle')
    expect(decideEvent(event(), deleted(NOON), defined, moment())).toEqual(gone)
    expect(decideEvent(event(), deleted(NOON - 9_000), defined, moment()).do).toBe('call')
  })

  it('goes without a property that HubSpot refuses, and is rejected where it names none', () => {
    const task = event()
    const refuse = (properties: readonly string[]) => {
      const step = decideEvent(task, knownOwner(), defined, moment())
      const named = properties.map(name => ({ name, code: 'INVALID', message: 'is no number' }))
      const error = { traces: [], ids: [], code: 'invalid', message: 'not valid', properties: named } as const
      if (step.do === 'call') for (const input of step.inputs) learnEvent(input, { is: 'refused', error })
      return decideEvent(task, knownOwner(), defined, moment())
    }

    expect(refuse(['total'])).toMatchObject({ inputs: [{ occurrence: { properties: {} } }] })
    expect(refuse([])).toMatchObject({ ending: { trouble: { code: 'rejected', message: 'not valid' } } })
  })
})
