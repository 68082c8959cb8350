import type { Millis, RecordKey } from '../../core/types.ts'

export interface Moment {
  readonly key: RecordKey
  readonly at: Millis
}

/** Long enough that a timeline of 50,000 has few chunks, short enough that shifting one costs nothing. */
const CHUNK = 512

/** Records in the order of their moments: adding, removing and reading the oldest all stay cheap however many there are. */
export class Timeline {
  /** Sorted, none empty. */
  readonly #chunks: Moment[][] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  add(moment: Moment): void {
    const index = Math.min(this.#chunkOf(moment), this.#chunks.length - 1)
    const chunk = this.#chunks[index]
    this.#size++
    if (!chunk) {
      this.#chunks.push([moment])
      return
    }
    chunk.splice(placeIn(chunk, moment), 0, moment)
    if (chunk.length > CHUNK) this.#chunks.splice(index + 1, 0, chunk.splice(CHUNK / 2))
  }

  remove(moment: Moment): void {
    const index = this.#chunkOf(moment)
    const chunk = this.#chunks[index]
    if (!chunk) return
    const place = placeIn(chunk, moment)
    const there = chunk[place]
    if (!there || compare(there, moment) !== 0) return
    this.#size--
    chunk.splice(place, 1)
    if (chunk.length === 0) this.#chunks.splice(index, 1)
  }

  /** The oldest, at most `limit`, none later than `until`. */
  oldest(limit: number, until: Millis): Moment[] {
    const found: Moment[] = []
    for (const chunk of this.#chunks) {
      for (const moment of chunk) {
        if (found.length >= limit || moment.at > until) return found
        found.push(moment)
      }
    }
    return found
  }

  /** The first chunk that ends at `moment` or later. */
  #chunkOf(moment: Moment): number {
    return search(this.#chunks.length, index => {
      const last = this.#chunks[index]?.at(-1)
      return last !== undefined && compare(last, moment) >= 0
    })
  }
}

function placeIn(chunk: readonly Moment[], moment: Moment): number {
  return search(chunk.length, index => {
    const there = chunk[index]
    return there !== undefined && compare(there, moment) >= 0
  })
}

/** The first index below `length` at which `reached` holds; `length` if there is none. */
function search(length: number, reached: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (reached(middle)) high = middle
    else low = middle + 1
  }
  return low
}

function compare(a: Moment, b: Moment): number {
  return a.at - b.at || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
}
