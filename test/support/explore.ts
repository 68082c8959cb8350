/** One thing that may happen next, in words, and what the world is then. */
export interface Happening<State> {
  readonly how: string
  readonly after: State
}

export interface Exploration {
  readonly states: number
  /** What is wrong, each with the shortest way to it. */
  readonly wrongs: ReadonlyMap<string, readonly string[]>
}

export interface World<State> {
  readonly begin: State
  /** Everything that may happen next. */
  readonly next: (state: State) => readonly Happening<State>[]
  /** Two states of one name are the same. */
  readonly name: (state: State) => string
  /** What must never be, in words; `undefined` when all is well. */
  readonly wrong: (state: State) => string | undefined
  /** Whether the story may end here. From everywhere it must be possible to come to such an end. */
  readonly isEnd: (state: State) => boolean
}

interface Seen<State> {
  readonly state: State
  readonly from: Seen<State> | undefined
  readonly how: string
  readonly before: Seen<State>[]
  canEnd: boolean
}

/** Goes every way there is, breadth first, so that the first way to anything is the shortest. */
export function explore<State>(world: World<State>, most = 400_000): Exploration {
  const wrongs = new Map<string, readonly string[]>()
  const begin: Seen<State> = { state: world.begin, from: undefined, how: '', before: [], canEnd: false }
  const seen = new Map([[world.name(world.begin), begin]])
  const queue = [begin]
  for (const place of queue) {
    const wrong = world.wrong(place.state)
    if (wrong && !wrongs.has(wrong)) wrongs.set(wrong, wayTo(place))
    for (const { how, after } of world.next(place.state)) {
      const name = world.name(after)
      const known = seen.get(name)
      const there = known ?? { state: after, from: place, how, before: [], canEnd: false }
      there.before.push(place)
      if (known) continue
      seen.set(name, there)
      queue.push(there)
    }
    if (queue.length > most) throw new Error(`more than ${most} states: the world is too large to explore`)
  }
  const ends = queue.filter(place => world.isEnd(place.state))
  for (const place of ends) place.canEnd = true
  for (const place of ends) {
    for (const before of place.before) {
      if (before.canEnd) continue
      before.canEnd = true
      ends.push(before)
    }
  }
  const stuck = queue.find(place => !place.canEnd)
  if (stuck) wrongs.set('stuck', wayTo(stuck))
  return { states: queue.length, wrongs }
}

function wayTo<State>(place: Seen<State>): string[] {
  const way: string[] = []
  for (let at: Seen<State> | undefined = place; at?.from; at = at.from) way.unshift(at.how)
  return way
}
