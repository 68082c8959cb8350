import { type Tale, TwoUsers } from './two-users.ts'

export interface Exploration {
  readonly states: number
  /** Steps from one state to another. */
  readonly steps: number
  readonly ends: number
  /** What is wrong, each with a way to it. */
  readonly wrongs: ReadonlyMap<string, readonly string[]>
}

/**
 * Goes every way there is: from each state that was not met before, every choice. Code that runs cannot be copied in the
 * middle, so each way begins anew and repeats the choices that lead to where it turns off.
 */
export async function exploreAll(tale: Tale, most = Number.POSITIVE_INFINITY): Promise<Exploration> {
  const places = new Map<string, Place>()
  const wrongs = new Map<string, readonly string[]>()
  const open: (readonly number[])[] = [[]]
  const ends: Place[] = []
  let steps = 0
  for (let way = open.pop(); way; way = open.pop()) {
    const world = new TwoUsers(tale)
    const told: string[] = []
    let before: Place | undefined
    const go = async (place: number): Promise<void> => {
      const choice = (await world.choices())[place]
      if (!choice) throw new Error('the same choices have led elsewhere')
      told.push(choice.how)
      await choice.take()
      await settled()
    }
    for (const [index, place] of way.entries()) {
      if (index === way.length - 1) before = places.get(await world.name())
      await go(place)
    }
    for (let at = way; ; at = [...at, 0]) {
      const name = await world.name()
      const known = places.get(name)
      const here: Place = known ?? { before: [], canEnd: false, told: [] }
      if (before) {
        here.before.push(before)
        steps += 1
      }
      if (known) break
      places.set(name, here)
      if (places.size > most) throw new Error(`more than ${most} states: the world is too large to explore`)
      before = here
      const wrong = await world.wrong()
      if (wrong && !wrongs.has(wrong)) wrongs.set(wrong, told)
      if (wrong) break
      const choices = await world.choices()
      if (await world.isEnd()) ends.push(here)
      if (choices.length === 0) {
        here.told = told
        break
      }
      for (let other = choices.length - 1; other > 0; other--) open.push([...at, other])
      await go(0)
    }
  }
  markEnds(ends)
  const stuck = [...places.values()].find(({ canEnd, told }) => !canEnd && told.length > 0)
  if (stuck) wrongs.set('stuck', stuck.told)
  return { states: places.size, steps, ends: ends.length, wrongs }
}

interface Place {
  readonly before: Place[]
  canEnd: boolean
  /** The way to it, where nothing more can happen. */
  told: readonly string[]
}

function markEnds(ends: readonly Place[]): void {
  const queue = [...ends]
  for (const place of queue) place.canEnd = true
  for (const { before } of queue) {
    for (const place of before) {
      if (place.canEnd) continue
      place.canEnd = true
      queue.push(place)
    }
  }
}

/** Everything that can go on without anybody's choice has gone on. */
const settled = () => new Promise<void>(resolve => setImmediate(resolve))
