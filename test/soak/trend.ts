export interface Sample {
  /** In milliseconds. */
  readonly at: number
  readonly value: number
}

/**
 * How much a quantity has grown from the first to the last sample, as a share of its mean: by the straight line that
 * fits best, so that a peak at either end decides nothing. 0: flat; 1: as much as the mean.
 */
export function growthOf(samples: readonly Sample[]): number {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || first.at === last.at) return 0
  const [at, value] = [mean(samples.map(each => each.at)), mean(samples.map(each => each.value))]
  const together = mean(samples.map(each => (each.at - at) * (each.value - value)))
  const apart = mean(samples.map(each => (each.at - at) ** 2))
  return ((together / apart) * (last.at - first.at)) / value
}

/** The means of the first tenth of the samples, the second, …; fewer where there are fewer samples. */
export function tenthsOf(samples: readonly Sample[]): number[] {
  const length = Math.ceil(samples.length / 10)
  const starts = Array.from({ length: length && Math.ceil(samples.length / length) }, (_, n) => n * length)
  return starts.map(start => mean(samples.slice(start, start + length).map(({ value }) => value)))
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
