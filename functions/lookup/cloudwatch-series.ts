import { GetMetricDataCommand, type GetMetricDataCommandOutput } from '@aws-sdk/client-cloudwatch'
import type { MetricName } from '../runtime/platform.ts'
import type { Measure, Series, Span, Statistic } from './series.ts'

/** The one call that is made of CloudWatch's client. */
interface CloudWatch {
  send(command: GetMetricDataCommand): Promise<Pick<GetMetricDataCommandOutput, 'MetricDataResults' | 'NextToken'>>
}

const STATISTICS: Readonly<Record<Statistic, string>> = { sum: 'Sum', average: 'Average', max: 'Maximum' }

/** The metrics that the functions publish, as CloudWatch has added them up. It runs some two minutes behind. */
export class CloudWatchSeries implements Series {
  readonly renewed = 60
  readonly #client: CloudWatch
  readonly #namespace: string

  constructor(client: CloudWatch, namespace: string) {
    this.#client = client
    this.#namespace = namespace
  }

  async read(measures: readonly Measure[], { from, period, parts }: Span) {
    const values = new Map<MetricName, (number | null)[]>()
    for (const { name } of measures)
      values.set(
        name,
        Array.from({ length: parts }, () => null),
      )
    let next: string | undefined
    do {
      const answer = await this.#client.send(
        new GetMetricDataCommand({
          StartTime: new Date(from),
          EndTime: new Date(from + parts * period),
          ScanBy: 'TimestampAscending',
          MetricDataQueries: measures.map(({ name, by, statistic }, place) => ({
            Id: `m${place}`,
            MetricStat: {
              Metric: {
                Namespace: this.#namespace,
                MetricName: name,
                Dimensions: [{ Name: 'service', Value: by }],
              },
              Period: period / 1_000,
              Stat: STATISTICS[statistic],
            },
          })),
          ...(next !== undefined && { NextToken: next }),
        }),
      )
      for (const { Id = '', Timestamps = [], Values = [] } of answer.MetricDataResults ?? []) {
        const measure = measures[Number(Id.slice(1))]
        const line = measure && values.get(measure.name)
        for (const [place, moment] of Timestamps.entries()) {
          const part = Math.floor((moment.getTime() - from) / period)
          if (line && part >= 0 && part < parts) line[part] = Values[place] ?? null
        }
      }
      next = answer.NextToken
    } while (next !== undefined)
    return values
  }
}
