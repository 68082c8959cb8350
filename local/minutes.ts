import type { Measure, Series, Span } from '../functions/lookup/series.ts'
import type { Clock, MetricName, Metrics } from '../functions/runtime/platform.ts'

/** What was counted of one metric in one minute. */
interface Tally {
  readonly minute: number
  samples: number
  sum: number
  max: number
}

const MINUTE = 60_000
/** A day. */
const KEPT = 1_440

/** Stands in for CloudWatch: counts what the functions publish, minute by minute, and keeps a day of it in memory. */
export class Minutes implements Metrics, Series {
  readonly renewed = 2
  readonly #clock: Pick<Clock, 'now'>
  /** The oldest minute first. */
  readonly #tallies = new Map<MetricName, Tally[]>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  add(name: MetricName, value: number): void {
    const minute = Math.floor(this.#clock.now() / MINUTE)
    const tallies = this.#tallies.get(name) ?? []
    this.#tallies.set(name, tallies)
    const last = tallies.at(-1)
    if (last?.minute === minute) {
      last.samples += 1
      last.sum += value
      last.max = Math.max(last.max, value)
      return
    }
    tallies.push({ minute, samples: 1, sum: value, max: value })
    if (tallies.length > KEPT) tallies.shift()
  }

  async read(measures: readonly Measure[], span: Span) {
    return new Map(measures.map(measure => [measure.name, this.#line(measure, span)]))
  }

  #line({ name, statistic }: Measure, { from, period, parts }: Span): (number | null)[] {
    const grouped = Map.groupBy(this.#tallies.get(name) ?? [], ({ minute }) =>
      Math.floor((minute * MINUTE - from) / period),
    )
    return Array.from({ length: parts }, (_, part) => {
      const tallies = grouped.get(part)
      if (!tallies) return null
      const sum = tallies.reduce((all, each) => all + each.sum, 0)
      if (statistic === 'sum') return sum
      if (statistic === 'max') return Math.max(...tallies.map(({ max }) => max))
      return sum / tallies.reduce((all, each) => all + each.samples, 0)
    })
  }
}

/** Counts everything twice. */
export const both = (one: Metrics, other: Metrics): Metrics => ({
  add: (name, value) => {
    one.add(name, value)
    other.add(name, value)
  },
})
