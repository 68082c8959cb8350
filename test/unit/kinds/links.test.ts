import { describe, expect, it } from 'vitest'
import type { AssociationLabel } from '../../../functions/core/hubspot-objects.ts'
import { linkKey, objectKey } from '../../../functions/core/keys.ts'
import { decideLink, type LinkWorld, learnLink } from '../../../functions/core/kinds/links.ts'
import type { Step, Task } from '../../../functions/core/kinds/task.ts'
import { NOON, vidOf } from '../../support/records.ts'
import { knownOwner, moment, taskOf, toldTask, unknownOwner } from '../../support/tasks.ts'

const KEY = linkKey('user#u1', 'companies', 'acme')
const TEAM = linkKey('user#u1', 'team')
const label = (name: string | null, typeId: number): AssociationLabel => ({
  category: 'USER_DEFINED',
  typeId,
  label: name,
})
const LABELS = [label(null, 279), label('Admin', 1), label('Member', 2), label('Friend', 3)]

const MAPPINGS = {
  companies: { from: 'group', id: 'groupId', uniqueProperty: 'company_id', contact: { labelsFrom: 'traits.role' } },
  team: { type: 'tickets', from: 'group', id: 'groupId', uniqueProperty: 'team_id', contact: { one: true } },
} as const

function worldOf(change: Partial<LinkWorld> = {}, name: keyof typeof MAPPINGS = 'companies'): LinkWorld {
  const at = moment({ objects: MAPPINGS })
  const mapping = at.config.objects[name]
  if (!mapping) throw new Error('there is no such mapping')
  const ids = new Map([
    [objectKey('companies', 'acme'), '9'],
    [objectKey('team', 'red'), '71'],
    [objectKey('team', 'blue'), '72'],
  ])
  return { ...at, mapping, type: name, owner: knownOwner(), idOf: key => ids.get(key), labels: LABELS, ...change }
}

const callsIn = (step: Step<Parameters<typeof learnLink>[0]>) =>
  step.do === 'call'
    ? step.inputs.map(
        ({ does, contact, object, labels }) => `${does} ${contact} ${object} ${labels.map(each => each.label)}`,
      )
    : step

/** Goes on until nothing is asked any more, HubSpot having these labels. */
function carryOut(task: Task, world: LinkWorld, has: readonly AssociationLabel[] = []) {
  const made: unknown[] = []
  for (let step = decideLink(task, world); ; step = decideLink(task, world)) {
    if (step.do !== 'call') return { made, end: step }
    made.push(callsIn(step))
    for (const input of step.inputs) {
      learnLink(input, { is: 'done', associations: [{ contact: input.contact, object: '9', labels: has }] })
    }
  }
}

describe('a link', () => {
  it('is told plainly where nobody of ours ever gave a label', () => {
    const { made, end } = carryOut(taskOf(KEY, { labels: '*' }), worldOf())

    expect(made).toEqual([['associatePlainly 101 9 ']])
    expect(end).toMatchObject({ do: 'settle', ending: { told: { vid: '101', linked: '9' } } })
  })

  it('keeps labels that people gave, and takes away what was ours', () => {
    const told = { vid: vidOf('101'), linked: '9', sent: new Map([['Member', '']]) }
    const task = taskOf(KEY, { labels: 'Admin' }, { delivered: told })

    const { made } = carryOut(task, worldOf(), [label(null, 279), label('Member', 2), label('Friend', 3)])

    expect(made).toEqual([['read 101 9 '], ['associate 101 9 Friend,Admin']])
  })

  it('without a label any more keeps the plain association', () => {
    const told = { vid: vidOf('101'), linked: '9', sent: new Map([['Member', '']]) }

    const { made } = carryOut(taskOf(KEY, { labels: '*' }, { delivered: told }), worldOf(), [label('Member', 2)])

    expect(made).toEqual([['read 101 9 '], ['associate 101 9 ']])
  })

  it('waits for the person, for the object, and for a label', () => {
    const waits = (step: ReturnType<typeof decideLink>) =>
      step.do === 'settle' && step.ending.trouble?.code === 'waiting'

    expect(waits(decideLink(taskOf(KEY, { labels: '*' }), worldOf({ owner: unknownOwner })))).toBe(true)
    expect(waits(decideLink(taskOf(KEY, { labels: '*' }), worldOf({ idOf: () => undefined })))).toBe(true)
    expect(waits(decideLink(taskOf(KEY, { labels: 'Owner' }), worldOf()))).toBe(true)
  })

  it('that was told is not told again, unless the contact or the object is another', () => {
    const told = { vid: vidOf('101'), linked: '9' }

    expect(decideLink(toldTask(KEY, { labels: '*' }, told), worldOf()).do).toBe('settle')
    expect(callsIn(decideLink(toldTask(KEY, { labels: '*' }, told), worldOf({ owner: knownOwner('102') })))).toEqual([
      'associatePlainly 102 9 ',
    ])
    expect(callsIn(decideLink(toldTask(KEY, { labels: '*' }, { ...told, linked: '8' }), worldOf()))).toEqual([
      'associatePlainly 101 9 ',
      'dissociate 101 8 ',
    ])
  })

  it('that nobody answered for is told again when its hold ends', () => {
    const told = { vid: vidOf('101'), linked: '9', looks: [NOON - 1, NOON + 50_000], suspects: ['labels'] }

    expect(callsIn(decideLink(toldTask(KEY, { labels: '*' }, told), worldOf()))).toEqual(['associatePlainly 101 9 '])
    expect(decideLink(toldTask(KEY, { labels: '*' }, { ...told, looks: [NOON + 50_000] }), worldOf()).do).toBe('settle')
  })

  it('that is taken back is dissociated; of whoever was never joined there is nothing to do', () => {
    const told = { vid: vidOf('101'), linked: '9' }

    expect(carryOut(taskOf(KEY, { labels: '' }, { delivered: told }), worldOf()).made).toEqual([['dissociate 101 9 ']])
    expect(decideLink(taskOf(KEY, { labels: '' }), worldOf({ idOf: () => undefined, owner: unknownOwner }))).toEqual({
      do: 'settle',
      ending: {},
    })
  })

  it('to the only object of a kind leaves the last one', () => {
    const told = { vid: vidOf('101'), linked: '71' }
    const task = taskOf(TEAM, { labels: '*', object: objectKey('team', 'blue') }, { delivered: told })

    const { made, end } = carryOut(task, worldOf({}, 'team'))

    expect(made).toEqual([['associatePlainly 101 72 ', 'dissociate 101 71 ']])
    expect(end).toMatchObject({ ending: { told: { linked: '72' } } })
  })

  it('of an older id of the person’s gives way to the newer one', () => {
    const told = { vid: vidOf('101'), linked: '71' }
    const task = toldTask(TEAM, { labels: '*', object: objectKey('team', 'red') }, told)

    const apart = carryOut(task, worldOf({ newer: { object: '72' } }, 'team'))
    const same = carryOut(toldTask(TEAM, { labels: '*' }, told), worldOf({ newer: { object: '71' } }, 'team'))

    expect(apart.made).toEqual([['dissociate 101 71 ']])
    expect(same.made).toEqual([])
  })
})
