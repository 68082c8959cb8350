import { describe, expect, it } from 'vitest'
import type { HubSpotObject } from '../../../functions/core/hubspot-objects.ts'
import { objectKey } from '../../../functions/core/keys.ts'
import { decideObject, learnObject, type ObjectInput, type ObjectWorld } from '../../../functions/core/kinds/objects.ts'
import type { Fate, Task } from '../../../functions/core/kinds/task.ts'
import type { ObjectMapping } from '../../../functions/core/mapping-settings.ts'
import type { PropertyDefinition } from '../../../functions/core/schema.ts'
import { NOON, vidOf } from '../../support/records.ts'
import { moment, taskOf, toldTask } from '../../support/tasks.ts'

const KEY = objectKey('companies', 'acme')
const VALUES = { company_id: 'acme', name: 'Acme', domain: 'acme.com' }

function property(name: string, change: Partial<PropertyDefinition> = {}): [string, PropertyDefinition] {
  return [name, { name, type: 'string', readOnly: false, multiple: false, unique: false, ...change }]
}

function worldOf(mapping: Partial<ObjectMapping> = {}, unique = true): ObjectWorld {
  const companies = {
    from: 'group',
    id: 'groupId',
    uniqueProperty: 'company_id',
    fields: { name: 'traits.name', domain: 'traits.domain' },
    ...mapping,
  } as const
  const at = moment({ objects: { companies } })
  const properties = new Map([property('company_id', { unique }), property('name'), property('domain')])
  return {
    ...at,
    mapping: at.config.objects.companies,
    type: 'companies',
    schema: { revision: 'r', readAt: NOON, properties },
  }
}

const found = (id: string, properties: HubSpotObject['properties'] = {}): Fate => ({
  is: 'done',
  objects: [{ id, properties }],
})
const conflict = (existing: string): Fate => ({
  is: 'refused',
  error: {
    ...{ traces: [], ids: [], code: 'conflict', message: 'has it', existing: vidOf(existing) },
    properties: [{ name: 'company_id', code: 'UNIQUE', message: 'has it' }],
  },
})

/** Goes on until nothing is asked any more. @param answers to each kind of call; done without an object by default */
function carryOut(task: Task, world: ObjectWorld, answers: Partial<Record<ObjectInput['call'], Fate>> = {}) {
  const calls: string[] = []
  for (let n = 0; n < 9; n += 1) {
    const step = decideObject(task, world)
    if (step.do !== 'call') return { calls, end: step, delivered: task.delivered }
    for (const input of step.inputs) {
      calls.push(`${input.call} ${input.value}: ${Object.entries(input.properties).map(each => each.join('='))}`)
      learnObject(input, answers[input.call] ?? { is: 'done' }, world)
    }
  }
  throw new Error(`goes round in circles: ${calls.join('; ')}`)
}

describe('an object', () => {
  it('is upserted by the product’s id, and gets what is new alone', () => {
    const first = carryOut(taskOf(KEY, VALUES), worldOf(), { upsert: found('9') })
    const told = toldTask(KEY, VALUES, { vid: vidOf('9') })

    expect(first.calls).toEqual(['upsert acme: name=Acme,domain=acme.com,company_id=acme'])
    expect(first.delivered).toMatchObject({ vid: '9', version: 1 })
    expect(carryOut(told, worldOf()).calls).toEqual([])
  })

  it('is told again, what nobody answered for alone', () => {
    const delivered = { vid: vidOf('9'), looks: [NOON - 1], suspects: ['name'] }

    expect(carryOut(toldTask(KEY, VALUES, delivered), worldOf(), { upsert: found('9') }).calls).toEqual([
      'upsert acme: name=Acme',
    ])
  })

  it('that has become another in HubSpot gets everything', () => {
    const task = taskOf(KEY, VALUES, {
      delivered: { vid: vidOf('8'), version: 1, suspects: ['name'], looks: [NOON - 1] },
    })

    const { calls, delivered } = carryOut(task, worldOf(), { upsert: found('9') })

    expect(calls).toEqual(['upsert acme: name=Acme', 'upsert acme: name=Acme,domain=acme.com'])
    expect(delivered.vid).toBe('9')
  })

  it('whose values are partly for new ones is looked for first', () => {
    const fields = { name: 'traits.name', domain: { from: 'traits.domain', createOnly: true } } as const
    const made = carryOut(taskOf(KEY, VALUES), worldOf({ fields }), { create: found('9') })
    const there = carryOut(taskOf(KEY, VALUES), worldOf({ fields }), { read: found('9'), upsert: found('9') })

    expect(made.calls).toEqual(['read acme: ', 'create acme: name=Acme,domain=acme.com,company_id=acme'])
    expect(there.calls).toEqual(['read acme: ', 'upsert acme: name=Acme'])
  })

  it('that somebody else makes meanwhile is upserted', () => {
    const { calls } = carryOut(taskOf(KEY, VALUES), worldOf({ adoptBy: 'domain' }), {
      search: { is: 'done', objects: [] },
      create: conflict('9'),
      upsert: found('9'),
    })

    expect(calls.map(call => call.split(' ')[0])).toEqual(['read', 'search', 'create', 'upsert'])
  })

  it('takes one over that is nobody’s still when it is read', () => {
    const world = worldOf({ adoptBy: 'domain' })
    const free = { search: found('7'), recall: found('7'), adopt: found('7') }
    const taken = { search: found('7'), recall: found('7', { company_id: 'other' }), create: found('9') }

    expect(carryOut(taskOf(KEY, VALUES), world, free).calls.at(-1)).toContain('adopt 7: ')
    const calls = carryOut(taskOf(KEY, VALUES), world, taken).calls.map(call => call.split(' ')[0])
    expect(calls).toEqual(['read', 'search', 'recall', 'create'])
  })

  it('that is only to be made, or only to be changed, is no more than that', () => {
    const gone: Fate = { is: 'refused', error: { traces: [], ids: [], code: 'not_found', message: '', properties: [] } }

    expect(carryOut(taskOf(KEY, VALUES), worldOf({ mode: 'insert' }), { create: conflict('9') })).toMatchObject({
      calls: ['create acme: name=Acme,domain=acme.com,company_id=acme'],
      delivered: { vid: '9' },
    })
    expect(carryOut(taskOf(KEY, VALUES), worldOf({ mode: 'update' }), { update: gone }).end).toMatchObject({
      ending: { trouble: { code: 'waiting' } },
    })
  })

  it('waits while HubSpot has no unique property for it', () => {
    const { calls, end } = carryOut(taskOf(KEY, VALUES), worldOf({}, false))

    expect(calls).toEqual([])
    expect(end).toMatchObject({ ending: { trouble: { code: 'waiting' } } })
  })

  it('goes without a value that HubSpot refuses', () => {
    const task = taskOf(KEY, VALUES)
    const world = worldOf()
    const step = decideObject(task, world)
    const properties = [{ name: 'domain', code: 'INVALID', message: 'is no domain' }]
    const error = { traces: [], ids: [], code: 'invalid', message: 'not valid', properties } as const
    if (step.do === 'call') for (const input of step.inputs) learnObject(input, { is: 'refused', error }, world)

    const { calls, end } = carryOut(task, world, { upsert: found('9') })

    expect(calls).toEqual(['upsert acme: name=Acme,company_id=acme'])
    expect(end.do === 'settle' && end.ending.withheld?.get('domain')).toMatchObject({ code: 'rejected' })
  })
})
