import { describe, expect, it } from 'vitest'
import { defineConfig } from '../../functions/core/config.ts'
import type { World } from '../../functions/core/delivery/work.ts'
import { type ContactRecord, notDelivered } from '../../functions/core/record.ts'
import type { ContactKey, Json } from '../../functions/core/types.ts'
import { eventOf } from '../support/events.ts'
import { type Exploration, explore, type Happening } from '../support/explore.ts'
import { foldEvents } from '../support/folding.ts'
import { NOON, vidOf } from '../support/records.ts'
import { schemaOf } from '../support/schemas.ts'
import { move, type Progress, type Table } from '../support/small-deliverer.ts'
import { alive, carryOut, type Portal, type Request } from '../support/small-hubspot.ts'

/*
 * Everything that can happen to one user, in every order: events, a deliverer that dies between any two steps, answers
 * that are lost, writes that land late, notices of HubSpot. The decisions are those of functions/core; the steps between
 * which a deliverer may die are those of functions/deliver.
 */

interface Story {
  /** Events that are still queued, by their place in `said`. */
  readonly queued: readonly number[]
  readonly table: Table
  readonly progress: Progress
  readonly portal: Portal
  /** Writes that HubSpot has not carried out. `lost`: nobody waits for the answer any more. */
  readonly flying: readonly (Request & { readonly lost: boolean })[]
  readonly now: number
  readonly left: Trouble
}

/** How often each kind of trouble may still happen. */
interface Trouble {
  readonly crashes: number
  readonly lost: number
  readonly notices: number
  readonly removals: number
}

interface Tale {
  readonly key?: ContactKey
  readonly said: readonly { readonly [trait: string]: Json }[]
  /** What was there before. */
  readonly portal?: Portal
  readonly holds?: readonly number[]
  /** Properties whose values HubSpot keeps unique. */
  readonly unique?: string[]
  readonly trouble: Partial<Trouble>
}

const schema = schemaOf()

function tell({ key = 'user#alex', said, portal = [], holds = [10, 60], unique, trouble }: Tale): Exploration {
  const config = defineConfig({ delivery: { holds: [...holds] } })
  const worldAt = (now: number): World => ({ schema, config, now })
  const events = said.map((traits, n) => eventOf(n + 1, traits, { key }))
  const newest = Object.assign({}, ...said)
  const begin: Story = {
    queued: [...events.keys()],
    table: { record: undefined, claims: new Set(), journal: undefined },
    progress: { at: 'idle' },
    portal,
    flying: [],
    now: NOON,
    left: { crashes: 0, lost: 0, notices: 0, removals: 0, ...trouble },
  }

  function next(story: Story): Happening<Story>[] {
    const { queued, table, progress, flying, now, left } = story
    const happenings: Happening<Story>[] = []
    const may = (how: string, change: Partial<Story>) => happenings.push({ how, after: { ...story, ...change } })
    const { record } = table

    for (const place of queued) {
      const event = events[place]
      if (!event) continue
      const { folded, due = record?.due } = foldEvents(record, [event], worldAt(now))
      const { due: _, ...rest } = record ?? { key, delivered: notDelivered, verify: 0, folded }
      may(`fold ${JSON.stringify(event.traits)}`, {
        queued: queued.filter(other => other !== place),
        table: { ...table, record: { ...rest, folded, ...(due ? { due } : {}) } },
      })
    }
    for (const request of flying.filter(({ lost }) => lost)) {
      const others = flying.filter(other => other !== request)
      may('a lost write lands', { flying: others, portal: carryOut(story.portal, request, unique).portal })
      may('a lost write is dropped', { flying: others })
    }
    if (record && left.notices > 0 && table.claims.has(`vid#${record.delivered.vid ?? vidOf('0')}`)) {
      may('HubSpot gives notice', {
        table: { ...table, record: doubted(record, now) },
        left: { ...left, notices: left.notices - 1 },
      })
    }
    const [contact] = alive(story.portal)
    if (record && contact && left.removals > 0 && contact.vid === record.delivered.vid) {
      may('a person deletes the contact, and HubSpot gives notice', {
        portal: story.portal.map(each => (each === contact ? { ...contact, removed: true as const } : each)),
        table: { ...table, record: doubted(record, now) },
        left: { ...left, removals: left.removals - 1 },
      })
    }

    if (progress.at === 'idle' && record?.due && record.due.at > now && mayWait(story, record.due.at)) {
      may('time passes', { now: record.due.at })
    }
    if (progress.at !== 'idle' && left.crashes > 0) {
      may(`CRASH when ${progress.at}`, {
        progress: { at: 'idle' },
        flying: flying.map(request => ({ ...request, lost: true })),
        left: { ...left, crashes: left.crashes - 1 },
      })
    }
    const moved = move(table, progress, story.portal, worldAt(now))
    if (moved) {
      const { how, request, ...change } = moved
      may(how, { ...change, ...(request ? { flying: [...flying, { ...request, lost: false }] } : {}) })
    }
    const [request] = flying.filter(({ lost }) => !lost)
    if (progress.at === 'called' && request) {
      const others = flying.filter(other => other !== request)
      const { portal: after, answer } = carryOut(story.portal, request, unique)
      const silence = {
        progress: { at: 'silence', input: progress.input } as const,
        left: { ...left, lost: left.lost - 1 },
      }
      may('it is answered', {
        flying: others,
        portal: after,
        progress: { at: 'answered', input: progress.input, answer },
      })
      if (left.lost > 0) may('its answer is lost', { flying: others, portal: after, ...silence })
      if (left.lost > 0) may('it hangs', { flying: [...others, { ...request, lost: true }], ...silence })
    }
    return happenings
  }

  function wrong({ portal, table, ...story }: Story): string | undefined {
    const { record } = table
    if (alive(portal).length > 1) return 'a second contact'
    if (!record || record.due) return undefined
    if (record.verify > record.delivered.verified) return 'a doubt that nobody will look at'
    if (record.delivered.looks.length > 0) return 'a look that nobody will take'
    if (!isEnd({ portal, table, ...story })) return undefined
    const [contact] = alive(portal)
    if (!contact || contact.vid !== record.delivered.vid) return 'clean, but not linked to its contact'
    for (const [trait, value] of Object.entries(newest)) {
      if ((contact.properties[trait] ?? '') !== (value ?? '')) return `clean, but ${trait} is not the newest`
    }
    if ((record.delivered.email ?? '') !== (contact.properties.email ?? '')) return 'clean, but wrong about the email'
    return record.delivered.state === 'synced' ? undefined : `the end is ${record.delivered.state}`
  }

  return explore({ begin, next, wrong, isEnd, name: nameOf })
}

/** Nothing is under way and nothing is due. */
function isEnd({ queued, flying, table, progress }: Story): boolean {
  return queued.length + flying.length === 0 && !table.journal && progress.at === 'idle' && !table.record?.due
}

/** The last hold is as long as it is because nothing lands later. */
function mayWait({ table, flying }: Story, until: number): boolean {
  const last = table.record?.delivered.looks.at(-1) ?? 0
  return until < last || !flying.some(({ lost }) => lost)
}

function doubted(record: ContactRecord, now: number): ContactRecord {
  const due = record.due && record.due.at <= now ? record.due : ({ lane: 'live', at: now } as const)
  return { ...record, verify: record.verify + 1, due }
}

/** What tells two stories apart: all but how often was written and when. */
const nameOf = ({ queued, table, progress, portal, flying, now, left }: Story): string =>
  [queued, table, progress, portal, flying, left].map(inWords).join() + now

/** Most of a story is the same in the next one: it is put into words once. */
const words = new WeakMap<object, string>()
function inWords(part: object): string {
  const known = words.get(part)
  if (known !== undefined) return known
  const said = JSON.stringify(part, (name, value) => {
    if (LEFT_OUT.has(name)) return undefined
    return value instanceof Map || value instanceof Set ? [...value] : value
  })
  words.set(part, said)
  return said
}
const LEFT_OUT = new Set(['ring', 'writes', 'problems', 'updatedAt', 'messageId'])

const changing = [{ plan: 'free' }, { plan: 'paid' }, { plan: 'free' }]
const moving = [{ email: 'a@x.test' }, { email: 'b@x.test', plan: 'paid' }]
const staying = [
  { email: 'a@x.test', plan: 'free' },
  { email: 'a@x.test', plan: 'paid' },
]
const nobodys: Portal = [{ vid: vidOf('1'), properties: { email: 'a@x.test', plan: 'paid' } }]

describe('whatever happens, in whatever order, one contact ends with the newest values', () => {
  it.each<[string, Tale]>([
    ['a deliverer dies, an answer is lost', { said: changing, trouble: { crashes: 1, lost: 1 } }],
    ['a deliverer dies, HubSpot gives notice', { said: changing, trouble: { crashes: 1, notices: 1 } }],
    ['an answer is lost, HubSpot gives notice', { said: changing, trouble: { lost: 1, notices: 1 } }],
    ['two deliverers die', { said: changing, trouble: { crashes: 2 } }],
    ['two answers are lost', { said: changing, trouble: { lost: 2 } }],
    ['all of that', { said: changing.slice(1), trouble: { crashes: 1, lost: 1, notices: 1 } }],
    ['the contact is deleted, and a deliverer dies', { said: changing.slice(1), trouble: { removals: 1, crashes: 1 } }],
    ['the contact is deleted, and an answer is lost', { said: changing.slice(1), trouble: { removals: 1, lost: 1 } }],
    ['the email changes, a deliverer dies, an answer is lost', { said: moving, trouble: { crashes: 1, lost: 1 } }],
    ['the email changes and changes back', { said: [...moving, { email: 'a@x.test' }], trouble: { lost: 1 } }],
    ['the contact was there before', { said: staying, portal: nobodys, trouble: { crashes: 1, lost: 1 } }],
    ['the email is taken back', { said: [{ email: 'a@x.test' }, { email: null }], trouble: { crashes: 1, lost: 1 } }],
    [
      'it is a lead',
      {
        key: 'lead#a@x.test',
        said: [{ email: 'a@x.test' }, { email: 'a@x.test', plan: 'paid' }],
        trouble: { crashes: 1, lost: 1 },
      },
    ],
  ])('%s', (_, tale) => {
    const { states, wrongs } = tell(tale)

    expect(Object.fromEntries(wrongs)).toStrictEqual({})
    expect(states).toBeGreaterThan(500)
  })
})

describe('the stories would show', () => {
  it('that one look is not enough: without holds, what lands late stays', () => {
    const { wrongs } = tell({ said: changing, holds: [], trouble: { crashes: 1, lost: 1 } })

    expect([...wrongs.keys()]).toStrictEqual(['clean, but plan is not the newest'])
  })

  it('that a user id is not enough where HubSpot does not keep it unique: a retried create makes a second contact', () => {
    const { wrongs } = tell({ said: changing.slice(1), unique: ['email'], trouble: { lost: 1 } })

    expect(wrongs.get('a second contact')).toContain('it hangs')
  })
})
