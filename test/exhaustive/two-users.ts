import { createHash } from 'node:crypto'
import { type Config, defineConfig } from '../../functions/core/config.ts'
import type { ContactRecord } from '../../functions/core/record.ts'
import type { ClaimKey } from '../../functions/core/store.ts'
import type { ContactKey, Json, Millis, RecordKey } from '../../functions/core/types.ts'
import { Deliverer } from '../../functions/deliver/deliver.ts'
import { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import { eventOf } from '../support/events.ts'
import { foldEvents } from '../support/folding.ts'
import { NOON } from '../support/records.ts'
import { schemaOf } from '../support/schemas.ts'
import { alive, type Portal } from '../support/small-hubspot.ts'
import { type Batch, carryOutAll, gatedHubSpot } from './gated-hubspot.ts'
import { gatedStore } from './gated-store.ts'
import { Gates } from './gates.ts'

/** What two users say, and how much may go wrong. */
export interface Tale {
  readonly said: Readonly<Record<ContactKey, readonly { readonly [trait: string]: Json }[]>>
  /** What HubSpot held before. */
  readonly portal?: Portal
  /** How often a process may die, an answer be lost, or a write hang, altogether. */
  readonly faults: number
}

/** A write that nobody waits for any more, and that lands before `until` or never. */
interface Lost {
  readonly batch: Batch
  readonly until: Millis
}

export interface Choice {
  /** In words. */
  readonly how: string
  take(): void | Promise<void>
}

const HOLDS = [10, 60]
const INVOCATION: Millis = 50_000
/** Probes in vain after which a conflict counts as one that never heals. */
const MOST_ATTEMPTS = 4
const schema = schemaOf()

/**
 * The deliverer as it is, over the table in memory and a small HubSpot, for two users. Every request to the table and to
 * HubSpot waits at a gate until it is chosen, so that everything else may happen before it: events, a crash, the end of
 * another's write. Time passes only where nothing else is left, or where the deliverer waits for it.
 *
 * Requests of one deliverer that are under way at once are answered in their order.
 */
export class TwoUsers {
  readonly #tale: Tale
  readonly #config: Config
  readonly #store = new MemoryStore()
  readonly #claims = new Set<ClaimKey>()
  readonly #keys: readonly ContactKey[]
  readonly #next: Map<ContactKey, number>
  #portal: Portal
  #lost: Lost[] = []
  #elapsed: Millis = 0
  #faults: number
  #gates = new Gates()
  #deliverer: Deliverer
  /** When the invocation that runs began. */
  #running: Millis | undefined
  #ids = 0
  #died: string | undefined

  constructor(tale: Tale) {
    this.#tale = tale
    this.#config = defineConfig({ delivery: { holds: HOLDS, fillWait: 0 } })
    this.#keys = Object.keys(tale.said).filter((key): key is ContactKey => key.startsWith('user#'))
    this.#next = new Map(this.#keys.map(key => [key, 0]))
    this.#portal = tale.portal ?? []
    this.#faults = tale.faults
    void this.#store.writePortal({ id: 'portal', schema: { ...schema, readAt: this.#now() } })
    this.#deliverer = this.#newProcess()
  }

  // ── what may happen ────────────────────────────────────────────────────────────────────────────────────────────────

  async choices(): Promise<Choice[]> {
    const records = await this.#records()
    const choices: Choice[] = []
    const [pending] = this.#gates.pending
    if (pending) {
      choices.push({ how: pending.name, take: () => this.#gates.open('answered') })
      if (pending.write && this.#faults > 0) {
        choices.push(this.#fault(`${pending.name}, its answer is lost`, () => this.#gates.open('lost')))
        choices.push(
          this.#fault(`${pending.name} hangs`, () => {
            this.#fly()
            this.#gates.open('silence')
          }),
        )
        choices.push(
          this.#fault(`CRASH during ${pending.name}`, () => {
            this.#fly()
            this.#crash()
          }),
        )
      }
      if (this.#faults > 0 && !pending.touches.startsWith('asks'))
        choices.push(this.#fault(`CRASH before ${pending.name}`, () => this.#crash()))
    }
    const touches = (what: string) => !pending || pending.touches.endsWith(what)
    for (const key of touches('records') ? this.#keys : []) {
      const place = this.#next.get(key) ?? 0
      const traits = this.#tale.said[key]?.[place]
      if (traits) choices.push({ how: `${key} says ${JSON.stringify(traits)}`, take: () => this.#fold(key, place) })
    }
    for (const lost of touches('HubSpot') ? this.#lost : []) {
      const others = () => {
        this.#lost = this.#lost.filter(other => other !== lost)
      }
      choices.push({
        how: 'a lost write lands',
        take: () => {
          others()
          this.#portal = carryOutAll(this.#portal, lost.batch).portal
        },
      })
      choices.push({ how: 'a lost write is dropped', take: others })
    }
    if (this.#running === undefined && !this.#isEnd(records)) {
      const [due] = records.flatMap(record => record.due ?? []).sort((a, b) => a.at - b.at)
      // What is said later is said before the next slow probe: that one finds nothing new otherwise.
      const waits = due && (due.lane !== 'conflict' || this.#allSaid)
      // The last hold is as long as it is because nothing lands later.
      const lands = due && this.#lost.some(({ until }) => due.at >= NOON + until)
      if (due && due.at <= this.#now()) choices.push({ how: 'deliver', take: () => this.#deliver() })
      else if (waits && !lands) choices.push({ how: 'time passes', take: () => this.#passTime(due.at - this.#now()) })
    }
    return choices
  }

  #fault(how: string, happen: () => void): Choice {
    return {
      how,
      take: () => {
        this.#faults -= 1
        happen()
      },
    }
  }

  async #fold(key: ContactKey, place: number): Promise<void> {
    const traits = this.#tale.said[key]?.[place] ?? {}
    this.#next.set(key, place + 1)
    const record = (await this.#store.readRecords([key])).get(key)
    const world = { schema, config: this.#config, now: this.#now() }
    const event = eventOf(place + 1, traits, { key, hash: `${key} ${place}` })
    const { folded, due } = foldEvents(record, [event], world, key)
    await this.#store.fold(key, folded, due)
  }

  #deliver(): void {
    this.#running = this.#elapsed
    this.#ids = 0
    const gates = this.#gates
    this.#deliverer.run(this.#elapsed + INVOCATION).then(
      () => {
        if (gates !== this.#gates) return
        this.#running = undefined
        gates.forget()
      },
      (error: unknown) => {
        if (gates === this.#gates) this.#died = `the deliverer throws: ${error}`
      },
    )
  }

  #crash(): void {
    this.#gates = new Gates()
    this.#running = undefined
    this.#deliverer = this.#newProcess()
  }

  /** The request at the gate has left, and nobody hears of it any more. */
  #fly(): void {
    const batch = this.#gates.pending[0]?.write
    if (batch) this.#lost = [...this.#lost, { batch, until: this.#elapsed + (HOLDS.at(-1) ?? 0) * 1_000 }]
  }

  #passTime(duration: Millis): void {
    this.#elapsed += Math.max(0, duration)
    this.#lost = this.#lost.filter(({ until }) => until > this.#elapsed)
  }

  #newProcess(): Deliverer {
    const gates = this.#gates
    return new Deliverer({
      store: gatedStore(this.#store, gates, this.#claims),
      hubspot: gatedHubSpot(gates, {
        read: () => this.#portal,
        write: batch => {
          const { portal, answer } = carryOutAll(this.#portal, batch)
          this.#portal = portal
          return answer
        },
        properties: [...schema.properties.values()],
      }),
      // There is nothing but contacts.
      objects: new Proxy({} as never, {
        get: (_, name) => () => Promise.reject(new Error(`${String(name)} is called`)),
      }),
      pace: { limit: 100, delay: () => 0, state: () => [], restore: () => undefined },
      events: { depth: async () => 0 },
      config: this.#config,
      clock: {
        now: () => this.#now(),
        monotonic: () => this.#elapsed,
        sleep: async duration => this.#passTime(duration),
      },
      random: { number: () => 0.5, id: () => `id-${++this.#ids}` },
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      metrics: { add: () => {} },
    })
  }

  // ── what is to hold ────────────────────────────────────────────────────────────────────────────────────────────────

  /** What must never be, in words. */
  async wrong(): Promise<string | undefined> {
    if (this.#died) return this.#died
    const contacts = alive(this.#portal)
    for (const key of this.#keys) {
      if (contacts.filter(contact => contact.properties.internal_user_id === idOf(key)).length > 1)
        return 'a second contact'
    }
    for (const { properties } of contacts) {
      const [whose] = properties.firstname?.split(' ') ?? []
      if (whose && properties.internal_user_id && whose !== properties.internal_user_id) return 'a mixture of two users'
    }
    const records = await this.#records()
    for (const { due, verify, delivered, folded } of records) {
      if (delivered.attempts > MOST_ATTEMPTS && this.#faults === 0 && delivered.state === 'conflict')
        return 'a conflict that never heals'
      if (due) continue
      if (verify > delivered.verified) return 'a doubt that nobody will look at'
      if (delivered.looks.length > 0) return 'a look that nobody will take'
      if (delivered.version !== folded.version) return 'work that nobody will do'
    }
    return this.#isEnd(records) ? this.#wrongInTheEnd(records) : undefined
  }

  #wrongInTheEnd(records: readonly ContactRecord[]): string | undefined {
    for (const { key, delivered } of records) {
      const newest = this.#newest(key)
      const contact = alive(this.#portal).find(({ vid }) => vid === delivered.vid)
      const refused = this.#isShared(key) && delivered.state === 'conflict'
      if (!contact) {
        if (!refused) return `the end of ${key} is ${delivered.state}, without a contact`
        continue
      }
      if (contact.properties.internal_user_id !== idOf(key)) return 'clean, but the contact does not carry the id'
      if (contact.properties.firstname !== newest.firstName) return 'clean, but firstName is not the newest'
      if (!refused && (contact.properties.email ?? '') !== newest.email) return 'clean, but the email is not the newest'
      if ((delivered.email ?? '') !== (contact.properties.email ?? '')) return 'clean, but wrong about the email'
      if (!refused && delivered.state !== 'synced') return `the end of ${key} is ${delivered.state}`
    }
    const states = records.filter(({ delivered }) => delivered.state === 'conflict').length
    return states > 1 ? 'both are in conflict' : undefined
  }

  #newest(key: RecordKey): { readonly [trait: string]: Json } {
    const said = this.#keys.find(user => user === key)
    return said ? Object.assign({}, ...(this.#tale.said[said] ?? [])) : {}
  }

  /** Whether another user wants the same address in the end. */
  #isShared(key: RecordKey): boolean {
    const wants = (user: RecordKey) => this.#newest(user).email
    return this.#keys.some(other => other !== key && wants(other) === wants(key))
  }

  get #allSaid(): boolean {
    return this.#keys.every(key => this.#next.get(key) === this.#tale.said[key]?.length)
  }

  async isEnd(): Promise<boolean> {
    return this.#isEnd(await this.#records())
  }

  /** Nothing is under way, and nothing is due but the probes of a conflict that is one. */
  #isEnd(records: readonly ContactRecord[]): boolean {
    if (!this.#allSaid || this.#running !== undefined || this.#lost.length > 0) return false
    return records.every(({ key, due, delivered, verify }) => {
      if (!due) return true
      const rests = due.lane === 'conflict' && verify === delivered.verified && delivered.looks.length === 0
      return rests && this.#isShared(key)
    })
  }

  // ── the same state again ───────────────────────────────────────────────────────────────────────────────────────────

  async name(): Promise<string> {
    const now = this.#now()
    const records = (await this.#records()).map(record => plain(record, now))
    const claims = [...(await this.#store.readClaims([...this.#claims])).values()]
    const left = await this.#store.leftovers()
    const pauses = (await this.#store.readDeliverer())?.pauses ?? []
    const running = this.#running !== undefined && [this.#elapsed - this.#running, this.#gates.history]
    const state = {
      records,
      claims: claims.sort((a, b) => (a.key < b.key ? -1 : 1)),
      left: left.map(entry => [entry.kind, entry.records]),
      // With two users neither how many fit into a round makes a difference, nor whether the last one ended in a crash.
      pauses: pauses.map(each => ({ ...each, until: Math.max(0, each.until - now) })),
      portal: this.#portal,
      lost: this.#lost.map(({ batch, until }) => [batch, until - this.#elapsed]),
      said: [...this.#next],
      faults: this.#faults,
      running: running && [...running, this.#gates.pending.map(({ name }) => name)],
    }
    return createHash('sha1').update(JSON.stringify(state, inWords)).digest('base64')
  }

  async #records(): Promise<ContactRecord[]> {
    return [...(await this.#store.readRecords(this.#keys)).values()].sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  #now(): Millis {
    return NOON + this.#elapsed
  }
}

const idOf = (key: RecordKey): string => key.slice('user#'.length)

const inWords = (_: string, value: unknown): unknown =>
  value instanceof Map || value instanceof Set ? [...value] : value

/** What of a record makes a difference: moments count from now, doubts by how many are open. */
export function plain({ key, folded, delivered, verify, due, erased }: ContactRecord, now: Millis) {
  const { registers, version, writes } = folded
  const { looks, verified, updatedAt: _, conflictSince: __, ...rest } = delivered
  return {
    ...{ key, registers: [...registers], version, writes, verify: verify - verified, erased },
    delivered: { ...rest, withheld: [...rest.withheld], looks: looks.map(at => at - now) },
    due: due && { ...due, at: Math.max(0, due.at - now) },
  }
}
