import { DEFAULT_SWITCHES, POSITIONS, type Switches } from './switches.ts'

/** Switches that may be turned while the simulator runs. */
export class SwitchBoard {
  #positions: Switches

  /** @throws Error like `setAll` */
  constructor(initial: Partial<Switches> = {}) {
    this.#positions = DEFAULT_SWITCHES
    this.setAll(initial)
  }

  get positions(): Switches {
    return this.#positions
  }

  /** @throws Error like `setAll` */
  set<Name extends keyof Switches>(name: Name, position: Switches[Name]): void {
    this.setAll({ [name]: position })
  }

  /** @throws Error for a name that is no switch, or a position that it does not have */
  setAll(positions: Partial<Switches> | Readonly<Record<string, unknown>>): void {
    for (const [name, position] of Object.entries(positions)) {
      const normal = DEFAULTS.get(name)
      if (!DEFAULTS.has(name)) {
        throw new Error(`"${name}" is no switch. There are: ${[...DEFAULTS.keys()].join(', ')}`)
      }
      const known = ALL_POSITIONS.get(name)
      const fits = known ? known.includes(position) : normal === undefined || typeof position === typeof normal
      if (!fits) {
        const choices = known ? known.map(choice => JSON.stringify(choice)).join(' or ') : `a ${typeof normal}`
        throw new Error(`The switch "${name}" takes ${choices}, not ${JSON.stringify(position)}`)
      }
    }
    this.#positions = { ...this.#positions, ...positions }
  }
}

const DEFAULTS: ReadonlyMap<string, unknown> = new Map(Object.entries(DEFAULT_SWITCHES))
const ALL_POSITIONS: ReadonlyMap<string, readonly unknown[]> = new Map(
  Object.entries({ ...POSITIONS, plan: ['enterprise', 'professional'] }),
)
