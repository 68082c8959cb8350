import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { ContactRecord } from '../../../functions/core/record.ts'
import type { Millis, RecordKey } from '../../../functions/core/types.ts'
import { desired } from './reference.ts'
import type { Version } from './root.ts'
import { lastTraits, living } from './run.ts'
import { tagOf } from './tags.ts'
import type { World } from './world.ts'

/** Judges the table and HubSpot when everything is at rest. */
export class Judge {
  readonly #world: World
  readonly #store: InstanceType<Version['store']['DynamoStore']>

  constructor(world: World) {
    this.#world = world
    // Straight to the table: nobody is in the way.
    const client: DynamoDBClient = Object.create(DynamoDBClient.prototype, {
      send: { value: async (command: object) => world.table.perform(command) },
    })
    this.#store = new world.version.store.DynamoStore(client, 'vidsync', { sleep: async () => undefined })
  }

  /** When the next record is due; `Infinity`: never. */
  nextDue(): Millis {
    let next = Number.POSITIVE_INFINITY
    for (const item of this.#world.table.items()) {
      if (item.pk?.S === 'calls') return 0
      if (item.dueAt?.N !== undefined)
        next = Math.min(next, Number(item.dueAt.N) - this.#world.now() + this.#world.scheduler.elapsed)
    }
    return next
  }

  /** What is not at rest, in words; `undefined`: everything is. */
  open(phase: 'calm' | 'peace'): string | undefined {
    const { events, product, deadLetters, table } = this.#world
    if (product.underWay > 0) return `${product.underWay} requests of the product`
    if (events.size > 0) return `${events.size} events in the queue`
    if (deadLetters.size > 0) return `${deadLetters.size} dead letters`
    if (this.#world.webhooks && this.#world.webhooks.waiting > 0) return `${this.#world.webhooks.waiting} webhooks`
    for (const item of table.items()) {
      if (item.pk?.S === 'calls') return 'a call in the journal'
      const lane = item.lane?.S?.split('#')[0]
      if (lane === undefined || (lane === 'conflict' && this.#mayStay(item.pk?.S ?? ''))) continue
      if (lane === 'live' || lane === 'bulk' || phase === 'peace') return `${item.pk?.S} in ${lane}`
      if (lane === 'verifying' && Number(item.dueAt?.N) - this.#world.now() < 600_000) return `${item.pk?.S} in ${lane}`
    }
    return undefined
  }

  /** Conflicts whose cause stays: addresses that leads cannot give up, and contacts that only a person may merge. */
  #mayStay(key: string): boolean {
    const { deeds, config } = this.#world.plan
    if (key.startsWith('lead#')) return true
    const absorbs = deeds.some(deed => deed.do === 'alias' && `user#${deed.user}` === key)
    return absorbs && config.policies.aliasedContact === 'report'
  }

  async records(): Promise<ContactRecord[]> {
    const keys: RecordKey[] = []
    for (const { pk, sk } of this.#world.table.items()) {
      const key = pk?.S
      if (sk?.S === 'record' && (key?.startsWith('user#') || key?.startsWith('lead#'))) keys.push(key as RecordKey)
    }
    return [...(await this.#store.readRecords(keys)).values()]
  }

  async afterCalm(): Promise<void> {
    const records = await this.records()
    this.#nothingLost(records)
    this.#asReferenceSays(records)
    this.#nothingFalselyClean(records)
    this.#nothingStuck(records)
    this.#oneContactEach()
    this.#paceKept()
  }

  async afterPeace(): Promise<void> {
    const records = await this.records()
    this.#nothingLost(records)
    this.#asReferenceSays(records)
    this.#nothingFalselyClean(records)
    this.#oneContactEach()
    this.#everybodyRight(records)
    this.#paceKept()
  }

  /** Every event that was answered 202 got into the queue. */
  #nothingLost(_: readonly ContactRecord[]): void {
    const { product, queued } = this.#world
    const ids = new Set([...queued].flatMap(body => /"messageId":"([^"]+)"/.exec(body)?.[1] ?? []))
    for (const id of product.accepted)
      if (!ids.has(id)) this.#world.wrong('no accepted event is lost', `${id} was never queued`)
    for (const id of ids) if (id.startsWith('forged')) this.#world.wrong('nothing unsigned gets in', id)
  }

  #asReferenceSays(records: readonly ContactRecord[]): void {
    const wanted = desired(this.#world)
    const found = new Map(records.map(record => [record.key, record]))
    for (const [key, properties] of wanted) {
      const record = found.get(key)
      if (!record) {
        this.#world.wrong('desired is the fold of all accepted events', `there is no record of ${key}`)
        continue
      }
      for (const [name, value] of properties) {
        const folded = record.folded.registers.get(name)?.candidates[0].value
        if ((folded ?? '') !== value) {
          this.#world.wrong(
            'desired is the fold of all accepted events',
            `${name} of ${key} is ${folded}, not ${value}`,
          )
        }
      }
    }
  }

  /** Whoever is said to be delivered has in HubSpot what was last written by us, unless a person changed it since. */
  #nothingFalselyClean(records: readonly ContactRecord[]): void {
    const { hubspot } = this.#world
    for (const { key, folded, delivered, due } of records) {
      if (
        due ||
        delivered.state !== 'synced' ||
        delivered.vid === undefined ||
        folded.aliasOf ||
        folded.deletion ||
        key.startsWith('lead#')
      )
        continue
      const contact = hubspot.contact(delivered.vid)
      if (!contact || contact.archived) continue
      const ids = new Set([delivered.vid, contact.vid, ...contact.mergedVids])
      const writes = hubspot.ledger.writes.filter(({ vid }) => ids.has(vid))
      for (const [name, register] of folded.registers) {
        const byOthers = writes.some(
          ({ source, kind, properties }) => source !== 'api' && (kind === 'merge' || properties[name] !== undefined),
        )
        if (byOthers || delivered.withheld.has(name)) continue
        const value = String(register.candidates[0].value)
        const held = contact.properties[name] ?? ''
        if (held !== value)
          this.#world.wrong('nothing is falsely clean', `${name} of ${key} is ${held} in HubSpot, not ${value}`)
      }
    }
  }

  /** Whoever is not clean has a reason and will be looked at. */
  #nothingStuck(records: readonly ContactRecord[]): void {
    const now = this.#world.now()
    for (const { key, folded, delivered, due, verify } of records) {
      if (folded.aliasOf || delivered.state === 'deleted') continue
      if (!due && folded.version > delivered.version)
        this.#world.wrong('nothing is stuck', `${key} is not due and not delivered`)
      if (!due && verify !== delivered.verified) this.#world.wrong('nothing is stuck', `${key} is not due and in doubt`)
      if (!due && (delivered.state === 'conflict' || delivered.looks.length > 0)) {
        this.#world.wrong('nothing is stuck', `${key} is ${delivered.state} and not due`)
      }
      if (due && due.at > now + 90_000_000) this.#world.wrong('nothing is stuck', `${key} is due in more than a day`)
      if (
        due &&
        (due.lane === 'conflict' || due.lane === 'rejected') &&
        !delivered.problem &&
        delivered.withheld.size === 0
      ) {
        this.#world.wrong('nothing is stuck', `${key} waits in ${due.lane} for no reason`)
      }
    }
  }

  /** Nobody has two contacts: by the id that they carry, and by the values that they hold. */
  #oneContactEach(): void {
    const seen = new Map<string, string>()
    for (const { vid, properties } of this.#world.hubspot.contacts()) {
      const owner = properties.internal_user_id ?? tagOf(properties.city)
      if (owner === undefined) continue
      const other = seen.get(owner)
      if (other !== undefined) this.#world.wrong('one user, one contact', `${owner} has ${other} and ${vid}`)
      seen.set(owner, vid)
    }
  }

  /** Everybody who said something last has exactly that in HubSpot. */
  #everybodyRight(records: readonly ContactRecord[]): void {
    const found = new Map(records.map(record => [record.key, record]))
    for (const user of living(this.#world)) {
      const record = found.get(`user#${user}`)
      // Left deleted, by policy.
      if (!record || record.delivered.state === 'deleted' || this.#mayStay(record.key)) continue
      const contact = record.delivered.vid === undefined ? undefined : this.#world.hubspot.contact(record.delivered.vid)
      if (!contact || contact.archived || contact.properties.internal_user_id !== user) {
        this.#world.wrong(
          'everybody has their contact in the end',
          `${user} is ${record.delivered.state} with ${contact?.vid}`,
        )
        continue
      }
      const { email, city, firstName: firstname, birthday: date_of_birth, jobTitle: jobtitle } = lastTraits(user)
      for (const [name, value] of Object.entries({ email, city, firstname, date_of_birth, jobtitle })) {
        if ((contact.properties[name] ?? '') !== value) {
          this.#world.wrong(
            'everybody has the newest values in the end',
            `${name} of ${user} is ${contact.properties[name]}, not ${value}`,
          )
        }
      }
    }
  }

  /** No 10 seconds held more calls than one deliverer is allowed, or two where there were two. */
  #paceKept(): void {
    const { calls } = this.#world.watch
    const { deliverers } = this.#world
    const most = 40 * deliverers
    let first = 0
    for (const [index, at] of calls.entries()) {
      while ((calls[first] ?? 0) <= at - 10_000) first += 1
      if (index - first + 1 > most) {
        this.#world.wrong('the pace is kept', `${index - first + 1} calls in the 10 seconds before ${at}`)
        return
      }
    }
  }
}
