import type { Context } from 'aws-lambda'
import type { Millis } from '../../../functions/core/types.ts'
import type { Clock } from '../../../functions/runtime/platform.ts'
import { invocationOf } from '../../../functions/runtime/without-lambda.ts'
import { Gate, type Passage } from '../../support/gate.ts'
import { fetchFrom } from '../../support/simulated-fetch.ts'
import { dynamoOf, sqsOf } from './clients.ts'
import { askHubSpot } from './neighbours.ts'
import type { Version } from './root.ts'
import { ENVIRONMENT, type FunctionName, TIMEOUTS } from './stack.ts'
import type { World } from './world.ts'

type Handler = (event: never, context: Context) => Promise<unknown>

/** One process of one function, from its cold start to its end: one invocation at a time, memory kept in between. */
export class Sandbox {
  readonly name: FunctionName
  readonly gate = new Gate()
  busy = false
  dead = false
  frozenUntil: Millis = 0
  /** How far its clock is off. */
  skew: Millis
  readonly #world: World
  readonly #handler: Handler
  readonly id: string

  constructor(world: World, name: FunctionName, version: Version, id: string) {
    this.name = name
    this.id = id
    this.#world = world
    this.skew = world.skewOf(name)
    this.gate.watch = passage => this.#pass(passage)
    this.gate.death.catch(() => {
      this.dead = true
    })
    this.#handler = this.#compose(version)
  }

  #compose(version: Version): Handler {
    const { gate } = this
    const world = this.#world
    const { scheduler, random } = world
    const clock: Clock = {
      now: () => world.now() + this.skew,
      monotonic: () => scheduler.elapsed + 1_000,
      sleep: async duration => {
        await gate.outlive(scheduler.sleep(duration, `${this.id} wakes`))
        await this.#thaw()
      },
    }
    const through = (what: string, perform: (command: object) => Promise<object>) => (command: object) =>
      gate.pass(`${what} ${command.constructor.name.slice(0, -7)}`, [command], () => perform(command))
    const sqs = sqsOf(through('sqs', world.askQueues))
    const dynamo = dynamoOf(through('table', world.askTable))
    const fetch = fetchFrom(world.hubspot, world.clock)
    const platform = {
      clock,
      random: { number: () => random.number(), id: () => random.uuid().replaceAll('-', '').slice(0, 16) },
      log: world.logOf(this.id),
      metrics: { add: () => undefined },
      secrets: version.secrets.cachedSecrets(async () => world.secrets, clock, world.logOf(this.id)),
      sqs,
      dynamo,
      fetch: (input: Parameters<typeof globalThis.fetch>[0], init?: RequestInit) => {
        const url = String(input)
        const what = `hubspot ${init?.method} ${new URL(url).pathname}`
        const die = () => gate.end({ call: 0, when: 'after', what: `sending ${what}`, args: [] })
        return gate.pass(what, [init?.body], () => askHubSpot(world, { url, init }, () => fetch(input, init), die))
      },
    }
    const { config } = world
    switch (this.name) {
      case 'receive':
        return version.receive.composeReceive(ENVIRONMENT, platform)
      case 'record':
        return version.record.composeRecord(ENVIRONMENT, platform, config)
      case 'deliver':
        return version.deliver.composeDeliver(ENVIRONMENT, platform, config)
      case 'sweep':
        return version.sweep.composeSweep(ENVIRONMENT, platform, config)
      case 'notice':
        return version.notice.composeNotice(ENVIRONMENT, platform, config)
    }
  }

  async #pass(passage: Passage): Promise<void> {
    if (passage.when === 'before') await this.#world.way(`${this.id} ${passage.what}`)
    this.#world.faults.strike(this, passage)
    await this.#thaw()
  }

  async #thaw(): Promise<void> {
    const { scheduler } = this.#world
    while (this.frozenUntil > scheduler.elapsed) {
      await scheduler.sleep(this.frozenUntil - scheduler.elapsed, `${this.id} thaws`)
    }
  }

  /** @throws Crash when it dies, or takes too long */
  async invoke(event: object): Promise<unknown> {
    const { scheduler } = this.#world
    this.busy = true
    const end = scheduler.elapsed + TIMEOUTS[this.name]
    const context = invocationOf(this.id, () => Math.max(0, end - scheduler.elapsed))
    let stop = () => {}
    const kill = () => {
      const rest = this.frozenUntil - scheduler.elapsed
      if (rest > 0) stop = scheduler.after(rest + 1_000, `${this.id} times out`, kill)
      else this.gate.end({ call: 0, when: 'before', what: 'its end: it took too long', args: [] })
    }
    stop = scheduler.after(TIMEOUTS[this.name], `${this.id} times out`, kill)
    try {
      return await Promise.race([Reflect.apply(this.#handler, undefined, [event, context]), this.gate.death])
    } finally {
      stop()
      this.busy = false
    }
  }
}
