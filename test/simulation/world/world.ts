import type { Config } from '../../../functions/core/config.ts'
import type { Millis } from '../../../functions/core/types.ts'
import type { Log, LogFields, SecretValues } from '../../../functions/runtime/platform.ts'
import { createHubSpot, type HubSpotSimulator } from '../../../local/hubspot/index.ts'
import type { SeenContact } from '../../../local/hubspot/inspector.ts'
import { createRandom, type SeededRandom } from '../../../local/hubspot/random.ts'
import { feed } from './event-source.ts'
import { Faults } from './faults.ts'
import type { Invariant } from './invariants.ts'
import { setUp } from './kinds/setting.ts'
import { MemoryQueue } from './memory-queue.ts'
import { MemorySqs } from './memory-sqs.ts'
import { MemoryTable } from './memory-table.ts'
import { askQueues, askTable } from './neighbours.ts'
import type { Plan } from './plan.ts'
import { KEYS, Product } from './product.ts'
import type { Version } from './root.ts'
import { Sandbox } from './sandbox.ts'
import { Scheduler } from './scheduler.ts'
import type { FunctionName } from './stack.ts'
import { Watch } from './watch.ts'
import { webhooksTo } from './webhooks.ts'

const ORIGIN = Date.UTC(2026, 10, 1)

/** What was promised and did not hold. */
export interface Wrong {
  readonly invariant: Invariant
  readonly what: string
  readonly at: Millis
}

/** Everything that vidsync is and lives among, for one run. */
export class World {
  readonly plan: Plan
  readonly scheduler: Scheduler
  readonly random: SeededRandom
  readonly table: MemoryTable
  readonly sqs = new MemorySqs()
  readonly events: MemoryQueue
  readonly wakeUps: MemoryQueue
  readonly deadLetters: MemoryQueue
  readonly hubspot: HubSpotSimulator
  readonly faults: Faults
  readonly product: Product
  readonly watch: Watch
  readonly config: Config
  readonly wrongs: Wrong[] = []
  readonly counts = new Map<string, number>()
  readonly judged = new Map<Invariant, number>()
  /** Bodies of all events that ever got into the queue. */
  readonly queued = new Set<string>()
  secrets: SecretValues
  /** Tokens that HubSpot does not accept any more. */
  readonly revoked = new Set<string>()
  /** HubSpot's webhooks, where the run has them. */
  readonly webhooks: { readonly waiting: number } | undefined
  readonly #versions: readonly Version[]
  readonly #sandboxes: Sandbox[] = []
  #sandboxCount = 0

  constructor(plan: Plan, versions: readonly Version[]) {
    this.plan = plan
    this.#versions = versions
    const { seed } = plan
    this.scheduler = new Scheduler(createRandom(seed * 7 + 1))
    this.random = createRandom(seed * 7 + 2)
    this.config = plan.config
    this.faults = new Faults(this, plan.faults, seed)
    const now = () => this.now()
    const dice = createRandom(seed * 7 + 3)
    const lag = this.faults.of('index lag')[0]
    this.watch = new Watch(this)
    this.table = new MemoryTable({
      now,
      staleness: 1_000,
      onWrite: (after, before) => this.watch.item(after, before),
      ...(lag ? { indexLag: () => this.faults.lag(lag, dice) } : {}),
    })
    const world = { now, integer: (below: number) => dice.integer(below) }
    const fifo = { fifo: true, deduplicationScope: 'messageGroup' } as const
    this.deadLetters = new MemoryQueue(
      { ...fifo, name: 'dead-letters.fifo', visibility: 60_000, retention: DAY * 14 },
      world,
    )
    const most = () =>
      this.faults.of('dead letters').find(({ redriveAt }) => this.scheduler.elapsed < redriveAt)?.most ?? 1_000
    const deadLetters = { queue: this.deadLetters, most }
    this.events = new MemoryQueue(
      { ...fifo, name: 'events.fifo', visibility: 60_000, retention: DAY * 14, deadLetters },
      world,
    )
    this.wakeUps = new MemoryQueue(
      { ...fifo, name: 'wakeups.fifo', visibility: 90_000, delay: 2_000, retention: 3_600_000 },
      world,
    )
    this.sqs.add(this.events)
    this.sqs.add(this.wakeUps)
    this.events.onSend = ({ body }) => this.queued.add(body)
    this.hubspot = createHubSpot({
      clock: this.clock,
      seed,
      switches: plan.switches,
      tokens: plan.tokens,
      limits: { perTenSeconds: 100 },
      latency: () => 20 + dice.integer(plan.latency),
    })
    this.secrets = {
      hubspotAccessToken: plan.tokens[0] ?? '',
      writeKeys: [KEYS.write],
      adminKeys: [KEYS.admin],
      signingSecrets: [KEYS.signing],
      webhookSecrets: [KEYS.webhook],
      identitySecrets: [],
    }
    this.product = new Product(this)
    if (plan.kinds) setUp(this.hubspot)
    this.hubspot.ledger.onWrite(entry => this.watch.write(entry))
    if (plan.webhooks) this.webhooks = this.hubspot.sendWebhooks(webhooksTo(this))
    void feed(this, this.events, 'record', 10, 3)
    void feed(this, this.wakeUps, 'deliver', 1, 2)
  }

  // ── time ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The true date. */
  now(): Millis {
    return ORIGIN + this.scheduler.elapsed
  }

  date(elapsed: Millis): string {
    return new Date(ORIGIN + elapsed).toISOString()
  }

  get clock() {
    return {
      now: () => this.now(),
      monotonic: () => this.scheduler.elapsed,
      sleep: (duration: Millis) => this.scheduler.sleep(duration, 'outside'),
    }
  }

  skewOf(name: FunctionName): Millis {
    let skew = 0
    for (const { fn, at, by } of this.faults.of('clock jump'))
      if (fn === name && at <= this.scheduler.elapsed) skew += by
    for (const fault of this.faults.of('clock skew')) {
      if (fault.fn !== name) continue
      this.faults.count(fault)
      skew += fault.by
    }
    return skew
  }

  /** The way to a neighbour: others may be faster. */
  way(what: string): Promise<void> {
    return this.plan.tableLatency > 0
      ? this.scheduler.sleep(this.random.integer(this.plan.tableLatency), what)
      : this.scheduler.turn(what)
  }

  // ── processes ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Invokes a function in a process that is idle, or in a new one. @throws whatever it throws, or Crash */
  invoke(name: FunctionName, event: object): Promise<unknown> {
    for (const [place, sandbox] of [...this.#sandboxes.entries()].reverse()) {
      if (sandbox.dead) this.#sandboxes.splice(place, 1)
    }
    const idle = this.#sandboxes.filter(sandbox => sandbox.name === name && !sandbox.busy)
    const chosen = this.random.integer(idle.length + (idle.length === 0 || this.random.number() < 0.1 ? 1 : 0))
    return (idle[chosen] ?? this.#newSandbox(name)).invoke(event)
  }

  /** How many may have been delivering at once. */
  get deliverers(): number {
    const { faults } = this
    const doubled = faults.of('second deliverer').length + faults.of('freeze').length + faults.of('crash').length
    return 1 + doubled
  }

  /** The version that judges read the table by. */
  get version(): Version {
    const [version] = this.#versions
    if (!version) throw new Error('there is no version of the functions to run')
    return version
  }

  /** All processes of a function. */
  sandboxes(name: FunctionName): readonly Sandbox[] {
    return this.#sandboxes.filter(sandbox => sandbox.name === name)
  }

  #newSandbox(name: FunctionName): Sandbox {
    this.#sandboxCount += 1
    const version = this.#versions[this.random.integer(this.#versions.length)]
    if (!version) throw new Error('there is no version of the functions to run')
    if (this.#versions.length > 1) this.count('versions interleaved')
    const sandbox = new Sandbox(this, name, version, `${name} ${this.#sandboxCount}`)
    this.#sandboxes.push(sandbox)
    return sandbox
  }

  /** Ends the processes of all functions: a deployment. */
  restart(): void {
    for (const { gate } of this.#sandboxes) gate.end({ call: 0, when: 'before', what: 'a deployment', args: [] })
    this.#sandboxes.length = 0
  }

  logOf(id: string): Log {
    const write = (message: string, fields?: LogFields) => this.watch.log(id, message, fields)
    return { debug: write, info: write, warn: write, error: write }
  }

  askTable = (command: object) => askTable(this, command)
  askQueues = (command: object) => askQueues(this, command)
  // ── people ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The contact at a place between 0 and 1. */
  contact(place: number): SeenContact | undefined {
    const contacts = this.hubspot.contacts()
    return contacts[Math.floor(place * contacts.length)]
  }

  /** HubSpot refuses people, too: what it refuses did not happen. */
  people(what: string, act: () => unknown): void {
    try {
      act()
      this.count(`people: ${what}`)
    } catch {
      this.count(`people: ${what}, refused`)
    }
  }

  // ── judgement ──────────────────────────────────────────────────────────────────────────────────────────────────────

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1)
  }

  /** Judges an invariant. @param what is wrong, in words, when it does not hold */
  hold(invariant: Invariant, holds: boolean, what: () => string): void {
    this.judged.set(invariant, (this.judged.get(invariant) ?? 0) + 1)
    if (!holds) this.wrongs.push({ invariant, what: what(), at: this.scheduler.elapsed })
  }
}

export const DAY: Millis = 86_400_000
