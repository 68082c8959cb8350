import type { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { describe, expect, it } from 'vitest'
import { PipelineMetrics } from '../../../cdk/metrics.ts'
import { CloudWatchSeries } from '../../../functions/lookup/cloudwatch-series.ts'
import { MEASURES } from '../../../functions/lookup/metrics.ts'
import type { Series, Span } from '../../../functions/lookup/series.ts'
import { Minutes } from '../../../local/minutes.ts'
import { operator } from '../../support/operator.ts'
import { NOON } from '../../support/records.ts'

const MINUTE = 60_000
const START = Math.floor(NOON / MINUTE) * MINUTE
const SPAN: Span = { from: START, period: 2 * MINUTE, parts: 3 }
const CALLS = { name: 'HubSpotCalls', by: 'deliver', statistic: 'sum' } as const
const FILL = { name: 'BatchFill', by: 'deliver', statistic: 'average' } as const
const LATE = { name: 'OldestDueAge', by: 'sweep', statistic: 'max' } as const

describe('metrics over time', () => {
  it.each([
    [60, 60, 60],
    [360, 300, 72],
    [1_440, 1_200, 72],
  ])(
    'of the last %i minutes come in parts of %i seconds, the last of which is going on',
    async (minutes, seconds, parts) => {
      const asked: Span[] = []
      const read: Series['read'] = async (_, span) => {
        asked.push(span)
        return new Map()
      }
      const { ask } = operator({ series: { renewed: 60, read } })

      const { status, body } = await ask(`/v1/metrics?minutes=${minutes}`)

      expect({ status, body }).toMatchObject({
        status: 200,
        body: { periodSeconds: seconds, callsPerPeriod: seconds * 10 },
      })
      const [{ from, period, parts: count } = SPAN] = asked
      expect([period, count]).toEqual([seconds * 1_000, parts])
      expect(from % period).toBe(0)
      expect(NOON - (from + count * period)).toBeLessThan(0)
      expect(NOON - (from + (count - 1) * period)).toBeGreaterThanOrEqual(0)
    },
  )

  it.each(['0', '61', 'x'])('of %s minutes are refused', async minutes => {
    expect((await operator().ask(`/v1/metrics?minutes=${minutes}`)).status).toBe(400)
  })

  it('that cannot be read are asked for again later; the reason is logged', async () => {
    const { ask, recorder } = operator({ series: { renewed: 60, read: () => Promise.reject(new Error('throttled')) } })

    expect((await ask('/v1/metrics')).status).toBe(503)
    expect(recorder.lines).toMatchObject([{ level: 'warn', fields: { error: 'Error: throttled' } }])
  })

  it('are asked of the function that publishes them', () => {
    const metrics = new PipelineMetrics('dev')

    for (const { name, by } of MEASURES) expect(metrics.sum(name).dimensions).toEqual({ service: by })
  })
})

describe('metrics of a local run', () => {
  it('are added up, averaged, or the highest, part by part; nothing is not zero', async () => {
    let now = START
    const minutes = new Minutes({ now: () => now })
    for (const [at, calls, fill, late] of [
      [0, 1, 10, 5],
      [1, 2, 50, 3],
      [5, 4, 100, 9],
    ] as const) {
      now = START + at * MINUTE
      minutes.add('HubSpotCalls', calls)
      minutes.add('HubSpotCalls', calls)
      minutes.add('BatchFill', fill)
      minutes.add('OldestDueAge', late)
    }

    const read = await minutes.read([CALLS, FILL, LATE], SPAN)

    expect(Object.fromEntries(read)).toEqual({
      HubSpotCalls: [6, null, 8],
      BatchFill: [30, null, 100],
      OldestDueAge: [5, null, 9],
    })
  })

  it('are kept for a day, however long it runs', async () => {
    let now = START
    const minutes = new Minutes({ now: () => now })
    for (let n = 0; n < 3_000; n += 1) {
      now = START + n * MINUTE
      minutes.add('HubSpotCalls', 1)
    }

    const read = await minutes.read([CALLS], { from: START, period: 3_000 * MINUTE, parts: 1 })

    expect(read.get('HubSpotCalls')).toEqual([1_440])
  })
})

describe('metrics of CloudWatch', () => {
  it('are asked for by namespace, function and statistic, all pages of them, and laid into their parts', async () => {
    const commands: GetMetricDataCommand['input'][] = []
    const pages = [
      { MetricDataResults: [{ Id: 'm0', Timestamps: [new Date(START + 4 * MINUTE)], Values: [7] }], NextToken: 'more' },
      {
        MetricDataResults: [
          { Id: 'm0', Timestamps: [new Date(START)], Values: [3] },
          { Id: 'm1', Timestamps: [new Date(START + 2 * MINUTE), new Date(START - MINUTE)], Values: [55, 1] },
        ],
      },
    ]
    const client = {
      send: async (command: GetMetricDataCommand) => {
        commands.push(command.input)
        return pages[commands.length - 1] ?? {}
      },
    }

    const read = await new CloudWatchSeries(client, 'vidsync/dev').read([CALLS, FILL], SPAN)

    expect(Object.fromEntries(read)).toEqual({ HubSpotCalls: [3, null, 7], BatchFill: [null, 55, null] })
    expect(commands).toMatchObject([
      {
        StartTime: new Date(START),
        EndTime: new Date(START + 6 * MINUTE),
        MetricDataQueries: [
          {
            Id: 'm0',
            MetricStat: {
              Metric: {
                Namespace: 'vidsync/dev',
                MetricName: 'HubSpotCalls',
                Dimensions: [{ Name: 'service', Value: 'deliver' }],
              },
              Period: 120,
              Stat: 'Sum',
            },
          },
          { Id: 'm1', MetricStat: { Stat: 'Average' } },
        ],
      },
      { NextToken: 'more' },
    ])
  })
})
