/** Seeded randomness (mulberry32), so that a run of the simulator can be repeated. */
export interface SeededRandom {
  /** Uniform in [0, 1). */
  number(): number
  /** Uniform in 0 … below - 1. */
  integer(below: number): number
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[]
  /** In the form of a version 4 UUID. */
  uuid(): string
}

export function createRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const number = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer = (below: number) => Math.floor(number() * below)
  const hex = (digits: number) => {
    let text = ''
    while (text.length < digits) text += integer(0x10000).toString(16).padStart(4, '0')
    return text.slice(0, digits)
  }
  return {
    number,
    integer,
    shuffle: items => {
      const keyed = items.map(item => ({ item, key: number() }))
      return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
    },
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'.charAt(integer(4))}${hex(3)}-${hex(12)}`,
  }
}
