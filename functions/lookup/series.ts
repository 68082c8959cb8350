import type { Millis } from '../core/types.ts'
import type { MetricName } from '../runtime/platform.ts'

/** How many samples of one length of time become one number. */
export type Statistic = 'sum' | 'average' | 'max'

/** One metric as it is asked for: the function that publishes it is a part of its name in CloudWatch. */
export interface Measure {
  readonly name: MetricName
  readonly by: 'receive' | 'deliver' | 'sweep'
  readonly statistic: Statistic
}

/** A stretch of time in equal parts. */
export interface Span {
  /** The beginning, a multiple of `period`. */
  readonly from: Millis
  /** The length of a part, a multiple of a minute. */
  readonly period: Millis
  readonly parts: number
}

/** Metrics over time, wherever they are kept. */
export interface Series {
  /** How soon they are others: asking earlier is in vain, and may cost something. In seconds. */
  readonly renewed: number
  /** For each measure a number of every part; `null`: no sample. @throws when they cannot be read now */
  read(measures: readonly Measure[], span: Span): Promise<ReadonlyMap<MetricName, readonly (number | null)[]>>
}
