import type { Millis } from '../../../functions/core/types.ts'
import type { Fault as HubSpotFault } from '../../../local/hubspot/index.ts'
import { createRandom, type SeededRandom } from '../../../local/hubspot/random.ts'
import type { Passage } from '../../support/gate.ts'
import type { Sandbox } from './sandbox.ts'
import type { FunctionName } from './stack.ts'
import type { World } from './world.ts'

/** For a while, something goes wrong with some of the requests. */
interface Spell {
  readonly at: Millis
  readonly for: Millis
  readonly probability: number
}

/** At the n-th passage of a function's processes from `at` on, of those that fit `what`. */
interface Spot {
  readonly at: Millis
  readonly fn: FunctionName
  readonly nth: number
  readonly when: Passage['when']
  readonly what?: string
}

export type TableTrouble = 'throttled' | 'never arrives' | 'answer lost' | 'asked twice'
export type QueueTrouble = 'refuses some' | 'never arrives' | 'answer lost'

/** What goes wrong in a run. All of it is data: a run can be written down and shrunk. */
export type Fault =
  | ({ readonly kind: 'crash' } & Spot)
  | ({ readonly kind: 'freeze'; readonly length: Millis } & Spot)
  /** `deliver` dies while its n-th write from `at` on is under way, which HubSpot carries out after so long. */
  | { readonly kind: 'crash in flight'; readonly at: Millis; readonly nth: number; readonly after: Millis }
  | ({ readonly kind: 'hubspot'; readonly name: string; readonly fault: HubSpotFault; readonly path?: string } & Spell)
  | ({ readonly kind: 'forbidden' } & Omit<Spell, 'probability'>)
  | ({ readonly kind: 'token rotated'; readonly known: Millis } & Omit<Spell, 'probability' | 'for'>)
  | ({ readonly kind: 'table'; readonly trouble: TableTrouble } & Spell)
  | ({ readonly kind: 'queue'; readonly trouble: QueueTrouble } & Spell)
  | ({ readonly kind: 'deletion lost' } & Spell)
  | { readonly kind: 'replay'; readonly at: Millis; readonly message: number }
  | { readonly kind: 'dead letters'; readonly at: Millis; readonly most: number; readonly redriveAt: Millis }
  | ({ readonly kind: 'wake-ups lost' } & Spell)
  | ({ readonly kind: 'wake-ups doubled' } & Spell)
  | { readonly kind: 'wake-ups by the hundred'; readonly at: Millis }
  | { readonly kind: 'second deliverer'; readonly at: Millis }
  | { readonly kind: 'two sweeps'; readonly at: Millis }
  | { readonly kind: 'sweeps missed'; readonly at: Millis; readonly for: Millis }
  | { readonly kind: 'clock skew'; readonly fn: FunctionName; readonly by: Millis }
  | { readonly kind: 'clock jump'; readonly fn: FunctionName; readonly at: Millis; readonly by: Millis }
  | { readonly kind: 'index lag'; readonly most: Millis }

type Kind<Name extends Fault['kind']> = Extract<Fault, { kind: Name }>

/** What a fault is counted as. */
export function nameOf(fault: Fault): string {
  switch (fault.kind) {
    case 'crash':
      return `crash: ${fault.fn}, ${fault.when} ${fault.what ?? 'any call'}`
    case 'freeze':
      return `freeze: ${fault.fn}`
    case 'hubspot':
      return `hubspot: ${fault.name}`
    case 'table':
    case 'queue':
      return `${fault.kind}: ${fault.trouble}`
    case 'clock skew':
    case 'clock jump':
      return fault.kind
    default:
      return fault.kind
  }
}

/** Lets the faults of a run happen, and counts each time that one of them did. */
export class Faults {
  readonly #world: World
  readonly #faults: readonly Fault[]
  readonly #dice: ReadonlyMap<Fault, SeededRandom>
  readonly #left = new Map<Fault, number>()

  constructor(world: World, faults: readonly Fault[], seed: number) {
    this.#world = world
    this.#faults = faults
    // Each has its own dice: without one fault the others go on as before.
    this.#dice = new Map(faults.map(fault => [fault, createRandom(seed ^ hash(JSON.stringify(fault)))]))
  }

  of<Name extends Fault['kind']>(name: Name): readonly Kind<Name>[] {
    return this.#faults.filter((fault): fault is Kind<Name> => fault.kind === name)
  }

  count(fault: Fault): void {
    this.#world.count(nameOf(fault))
  }

  dice(fault: Fault): SeededRandom {
    return this.#dice.get(fault) ?? createRandom(0)
  }

  /** Whether a fault with a spell strikes now. */
  strikes(fault: Fault & Spell): boolean {
    const { elapsed } = this.#world.scheduler
    if (elapsed < fault.at || elapsed >= fault.at + fault.for) return false
    if (this.dice(fault).number() >= fault.probability) return false
    this.count(fault)
    return true
  }

  /** Ends or freezes a process at one of its calls. */
  strike(sandbox: Sandbox, passage: Passage): void {
    const { elapsed } = this.#world.scheduler
    for (const fault of this.#faults) {
      if ((fault.kind !== 'crash' && fault.kind !== 'freeze') || fault.fn !== sandbox.name || elapsed < fault.at)
        continue
      if (fault.when !== passage.when || (fault.what !== undefined && !passage.what.includes(fault.what))) continue
      const left = (this.#left.get(fault) ?? fault.nth) - 1
      this.#left.set(fault, left)
      if (left !== 0) continue
      this.count(fault)
      if (fault.kind === 'crash') sandbox.gate.end(passage)
      else sandbox.frozenUntil = elapsed + fault.length
    }
  }

  /** Whether a process dies over this write, and how long after that HubSpot carries it out. */
  diesOver(): Millis | undefined {
    const { elapsed } = this.#world.scheduler
    for (const fault of this.of('crash in flight')) {
      if (elapsed < fault.at) continue
      const left = (this.#left.get(fault) ?? fault.nth) - 1
      this.#left.set(fault, left)
      if (left !== 0) continue
      this.count(fault)
      return fault.after
    }
    return undefined
  }

  losesDeletion(): boolean {
    return this.of('deletion lost').some(fault => this.strikes(fault))
  }

  /** The trouble that a request to the table meets. */
  tableTrouble(): TableTrouble | undefined {
    return this.of('table').find(fault => this.strikes(fault))?.trouble
  }

  queueTrouble(): QueueTrouble | undefined {
    return this.of('queue').find(fault => this.strikes(fault))?.trouble
  }

  lag(fault: Kind<'index lag'>, random: SeededRandom): Millis {
    this.count(fault)
    return random.integer(fault.most)
  }

  /** When the last of them is over. */
  get end(): Millis {
    return this.#faults.reduce((end, fault) => Math.max(end, endOf(fault)), 0)
  }
}

function endOf(fault: Fault): Millis {
  if (fault.kind === 'dead letters') return fault.redriveAt
  if (fault.kind === 'token rotated') return fault.at + fault.known
  const late = fault.kind === 'hubspot' && fault.fault.kind === 'late' ? fault.fault.after : 0
  const landing = 'after' in fault ? fault.after : late
  return ('at' in fault ? fault.at : 0) + ('for' in fault ? fault.for : 0) + landing
}

const hash = (text: string): number => {
  let sum = 0
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193)
  return sum
}
