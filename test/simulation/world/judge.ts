import { isRecordKey } from '../../../functions/core/keys.ts'
import { type ContactRecord, WORK_LANES } from '../../../functions/core/record.ts'
import type { Millis, RecordKey } from '../../../functions/core/types.ts'
import { dynamoOf } from './clients.ts'
import {
  callsBounded,
  everybodyRight,
  itemsBounded,
  nobodysOwn,
  nothingFalselyClean,
  nothingLost,
  nothingStuck,
  oneContactEach,
  paceKept,
} from './judgements.ts'
import { everythingTold, nothingTwice } from './kinds/judgements.ts'
import { asReferenceSays } from './reference.ts'
import type { Version } from './root.ts'
import type { World } from './world.ts'

/** The farthest look of a hold, and some time to do it: who waits longer waits for something else. */
const LONGEST_HOLD: Millis = 600_000

/** Knows when everything is at rest, and judges the table and HubSpot then. */
export class Judge {
  readonly #world: World
  readonly #store: InstanceType<Version['store']['DynamoStore']>

  constructor(world: World) {
    this.#world = world
    // Straight to the table: nobody is in the way.
    const client = dynamoOf(async command => world.table.perform(command))
    this.#store = new world.version.store.DynamoStore(client, 'vidsync', { sleep: async () => undefined })
  }

  /** When somebody should look, by the run's own time: the next record that is due, or a call left over; `Infinity`: never. */
  nextDue(): Millis {
    const began = this.#world.now() - this.#world.scheduler.elapsed
    let next = Number.POSITIVE_INFINITY
    for (const item of this.#world.table.items()) {
      if (item.pk?.S === 'calls') return 0
      if (item.dueAt?.N !== undefined) next = Math.min(next, Number(item.dueAt.N) - began)
    }
    return next
  }

  /** What is not at rest, in words; `undefined`: everything is. In the end no conflict may be left, either. */
  open(phase: 'calm' | 'peace'): string | undefined {
    const { events, product, deadLetters, table, webhooks } = this.#world
    if (product.underWay > 0) return `${product.underWay} requests of the product`
    if (events.size > 0) return `${events.size} events in the queue`
    if (deadLetters.size > 0) return `${deadLetters.size} dead letters`
    if (webhooks && webhooks.waiting > 0 && !this.#refusesWebhooks()) return `${webhooks.waiting} webhooks`
    for (const item of table.items()) {
      const key = item.pk?.S ?? ''
      if (key === 'calls') return 'a call in the journal'
      const lane = item.lane?.S?.split('#')[0]
      if (lane === undefined || (SLOW.has(lane) && this.#mayStay(key, item.delivered?.S ?? ''))) continue
      if (WAITING.has(lane) && this.#mayWait(key)) continue
      const soon = Number(item.dueAt?.N) - this.#world.now() < LONGEST_HOLD
      if (WORK_LANES.some(work => work === lane) || phase === 'peace' || (lane === 'verifying' && soon))
        return `${key} in ${lane}`
    }
    return undefined
  }

  /** Troubles whose cause stays: addresses that leads cannot give up, or that were erased for privacy, and contacts that only a person may merge. */
  #mayStay = (key: string, delivered: string): boolean => {
    const { deeds, config } = this.#world.plan
    const { aliasedContact, contactWithNewEmail } = config.policies
    if (key.startsWith('lead#')) return true
    const absorbs = deeds.some(deed => deed.do === 'alias' && `user#${deed.user}` === key)
    const reported = contactWithNewEmail !== 'merge' && delivered.includes('under an address of before')
    return reported || (absorbs && aliasedContact === 'report')
  }

  /** What belongs to somebody who is deleted, or whose conflict stays, waits for as long. */
  #mayWait = (owner: string): boolean => {
    const { table, plan } = this.#world
    const [, user = ''] = owner.split('#')
    return [...table.items()].some(({ pk, sk, lane, delivered }) => {
      const key = pk?.S ?? ''
      if (sk?.S !== 'record' || !key.startsWith('user#') || !plan.becomes(user, key.slice('user#'.length))) return false
      const text = delivered?.S ?? ''
      return text.includes('"deleted"') || (SLOW.has(lane?.S?.split('#')[0] ?? '') && this.#mayStay(key, text))
    })
  }

  /** By a clock that is minutes wrong every signature is too old: webhooks are lost then, and nothing is the worse for it. */
  #refusesWebhooks(): boolean {
    const { faults } = this.#world
    const off = [...faults.of('clock jump'), ...faults.of('clock skew')].filter(({ fn }) => fn === 'notice')
    return Math.abs(off.reduce((sum, { by }) => sum + by, 0)) > SIGNATURES_LAST
  }

  /** Contacts' records, or those of everything else. */
  async records(which: 'contacts' | 'others' = 'contacts'): Promise<ContactRecord[]> {
    const keys = [...this.#world.table.items()].flatMap(({ pk, sk }) => {
      const [owner, place] = [pk?.S ?? '', sk?.S ?? '']
      const key = place === 'record' ? owner : `${place}@${owner}`
      return isRecordKey(key) && isKey(key) === (which === 'contacts') ? [key] : []
    })
    return [...(await this.#store.readRecords(keys)).values()]
  }

  async atRest(): Promise<readonly ContactRecord[]> {
    const records = await this.records()
    const world = this.#world
    nothingLost(world)
    asReferenceSays(world, records)
    nothingFalselyClean(world, records)
    nothingStuck(world, records)
    nobodysOwn(world, records)
    oneContactEach(world)
    paceKept(world)
    callsBounded(world)
    itemsBounded(world, records)
    if (world.plan.kinds) {
      const others = await this.records('others')
      nothingTwice(world, others)
      nothingStuck(world, others)
    }
    return records
  }

  async inPeace(): Promise<void> {
    const records = await this.atRest()
    everybodyRight(this.#world, records, this.#mayStay)
    if (this.#world.plan.kinds) everythingTold(this.#world, records, this.#mayStay)
  }
}

/** Lanes of whoever waits for somebody else to do something. */
/** Somewhat less than the five minutes that they do: a webhook takes its time, too. */
const SIGNATURES_LAST: Millis = 240_000
const SLOW = new Set(['conflict', 'rejected'])
const WAITING = new Set(['waiting'])

const isKey = (key: RecordKey): boolean => /^(user|lead)#/.test(key)
