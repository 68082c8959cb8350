import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { METRICS } from '../../functions/runtime/platform.ts'
import { environmentOf, idOf, listOf, nameOf, propertiesOf, template } from './synthesized.ts'

const PAGING = [
  'ApiServerErrors',
  'DeadLetters',
  'DeliverErrors',
  'DeliveriesPaused',
  'EventsAge',
  'EventsDepth',
  'HubSpotUnauthorized',
  'LookupErrors',
  'NoticeErrors',
  'OldestDueAge',
  'ReceiveErrors',
  'RecordErrors',
  'SweepErrors',
  'SweepMissing',
  'Throttles',
]
const REVIEWING = [
  'Conflicts',
  'HubSpotForbids',
  'HubSpotThrottledShare',
  'ParkedEvents',
  'RecordsQuarantined',
  'Rejected',
]

const alarms = template.findResources('AWS::CloudWatch::Alarm')
const alarmOf = (name: string) => propertiesOf('AWS::CloudWatch::Alarm', `${name}Alarm`)

interface MetricOfStack {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
}

/** All metrics that alarms look at, those within expressions included. */
const watched: MetricOfStack[] = Object.values(alarms).flatMap(({ Properties }) => {
  const stats = Properties.Metrics?.flatMap(
    (each: { MetricStat?: { Metric: unknown } }) => each.MetricStat?.Metric ?? [],
  )
  return (stats ?? [Properties]).map((metric: Record<string, unknown>) => ({
    namespace: String(metric.Namespace),
    name: String(metric.MetricName),
    dimensions: Object.fromEntries(
      listOf(metric.Dimensions ?? []).map(each => [Object(each).Name, nameOf(Object(each).Value)]),
    ),
  }))
})

/** What a function of the pipeline prints when it counts `names`: CloudWatch's embedded metric format. */
async function printedBy(service: string, names: readonly string[]): Promise<MetricOfStack[]> {
  const program = `
    import { lambdaPlatform } from './functions/runtime/lambda.ts'
    const { metrics } = lambdaPlatform('${service}')
    for (const name of ${JSON.stringify(names)}) metrics.add(name, 1)
    metrics.publish()`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', program], {
    env: { POWERTOOLS_METRICS_NAMESPACE: environmentOf(idOf(service)).POWERTOOLS_METRICS_NAMESPACE },
  })
  const printed = JSON.parse(stdout)
  return printed._aws.CloudWatchMetrics.flatMap(
    (group: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }) =>
      group.Metrics.map(({ Name }) => ({
        namespace: group.Namespace,
        name: Name,
        dimensions: Object.fromEntries((group.Dimensions[0] ?? []).map(dimension => [dimension, printed[dimension]])),
      })),
  )
}

describe('alarms', () => {
  test('stand for all that a person should hear of, and are called after the stack', () => {
    const names = Object.values(alarms).map(({ Properties }) => Properties.AlarmName)

    expect(names.sort()).toEqual([...PAGING, ...REVIEWING].map(name => `vidsync-dev-${name}`).sort())
  })

  test.each([...PAGING, ...REVIEWING])('%s says what has happened and what to do', name => {
    const description = String(alarmOf(name).AlarmDescription)

    expect(description.split(/[.:?] /).length).toBeGreaterThanOrEqual(2)
    expect(description.length).toBeGreaterThan(100)
    expect(description.length).toBeLessThan(1024)
  })

  test('no data is trouble for the heartbeat only', () => {
    const breaching = Object.values(alarms).filter(({ Properties }) => Properties.TreatMissingData !== 'notBreaching')

    expect(breaching.map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        AlarmName: 'vidsync-dev-SweepMissing',
        MetricName: 'Sweeps',
        Statistic: 'Sum',
        Period: 60,
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        DatapointsToAlarm: 5,
        EvaluationPeriods: 5,
        TreatMissingData: 'breaching',
      }),
    ])
  })

  test('OldestDueAge goes off when something has been late for a quarter of an hour', () => {
    expect(alarmOf('OldestDueAge')).toMatchObject({
      MetricName: 'OldestDueAge',
      Statistic: 'Maximum',
      Threshold: 900,
      ComparisonOperator: 'GreaterThanThreshold',
    })
  })

  test('DeadLetters goes off at the first dead letter', () => {
    expect(alarmOf('DeadLetters')).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['EventsDeadLetters', 'QueueName'] } }],
      Threshold: 0,
      EvaluationPeriods: 1,
    })
  })

  test('the age and the depth that are watched are those of the events', () => {
    const queues = ['EventsAge', 'EventsDepth'].map(name =>
      listOf(alarmOf(name).Dimensions).map(each => nameOf(Object(each).Value)),
    )

    expect(queues).toEqual([['Events'], ['Events']])
  })

  test('HubSpotThrottledShare counts 429s per hundred calls, and none when there were none', () => {
    const { Metrics, Threshold } = alarmOf('HubSpotThrottledShare')

    const names = listOf(Metrics).map(each => Object(each).Expression ?? Object(each).MetricStat.Metric.MetricName)

    expect(names).toEqual(['IF(calls > 0, 100 * FILL(throttled, 0) / calls, 0)', 'HubSpotCalls', 'HubSpotThrottled'])
    expect(Threshold).toBe(5)
  })

  test('every function is watched for errors and throttles', () => {
    const functionsWith = (metric: string) =>
      watched.filter(({ name }) => name === metric).map(({ dimensions }) => dimensions.FunctionName)

    const all = ['Deliver', 'Lookup', 'Notice', 'Receive', 'Record', 'Sweep']

    expect(functionsWith('Errors').sort()).toEqual(all)
    expect(functionsWith('Throttles').sort()).toEqual(all)
  })
})

describe('the metrics that alarms watch', () => {
  const ours = watched.filter(({ namespace }) => !namespace.startsWith('AWS/'))

  test('are ones that functions know of', () => {
    for (const { name } of ours) expect(Object.keys(METRICS)).toContain(name)
  })

  test.each(['deliver', 'sweep'])('are printed by %s under the very names that alarms look for', async service => {
    const ofService = ours.filter(({ dimensions }) => dimensions.service === service)

    const printed = await printedBy(
      service,
      ofService.map(({ name }) => name),
    )

    expect(ofService.length).toBeGreaterThan(0)
    expect(printed).toEqual(expect.arrayContaining(ofService))
  })

  test('have no other source', () => {
    expect(new Set(ours.map(({ dimensions }) => dimensions.service))).toEqual(new Set(['deliver', 'sweep']))
  })
})

describe('who is told', () => {
  const tell = [{ Ref: 'Alarms' }]

  test('one page stands for all alarms that cannot wait', () => {
    const { AlarmRule, AlarmActions, OKActions, AlarmDescription } = propertiesOf(
      'AWS::CloudWatch::CompositeAlarm',
      'PageAlarm',
    )

    expect(
      nameOf(AlarmRule)
        .match(/ALARM\("?\w+"?\)/g)
        ?.map(each => each.replace(/ALARM\("?|"?\)/g, '')),
    ).toEqual(expect.arrayContaining(PAGING.map(name => `${name}Alarm`)))
    for (const name of REVIEWING) expect(nameOf(AlarmRule)).not.toContain(`${name}Alarm`)
    expect([AlarmActions, OKActions]).toEqual([tell, tell])
    expect(AlarmDescription).not.toBe('')
  })

  test('paging alarms make no sound of their own', () => {
    for (const name of PAGING) expect(alarmOf(name).AlarmActions).toBeUndefined()
  })

  test.each(REVIEWING)('%s, which may stand for weeks, tells by itself and keeps no page on', name => {
    expect(alarmOf(name).AlarmActions).toEqual(tell)
  })

  test('the topic is encrypted with a key that alarms may use and that is rotated', () => {
    const key = nameOf(propertiesOf('AWS::SNS::Topic', 'Alarms').KmsMasterKeyId)
    const { EnableKeyRotation, KeyPolicy } = propertiesOf('AWS::KMS::Key', key)

    expect(EnableKeyRotation).toBe(true)
    expect(Object(KeyPolicy).Statement).toContainEqual({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    })
  })

  test('the topic takes messages over TLS only, and from the alarms of this account', () => {
    const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy'))

    const statements = policy?.Properties.PolicyDocument.Statement

    expect(statements).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      {
        Sid: '1',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: { Ref: 'Alarms' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ])
  })
})

test('one dashboard shows every metric that functions publish', () => {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'))

  const body = nameOf(dashboard?.Properties.DashboardBody)

  for (const name of Object.keys(METRICS).filter(name => name !== 'Sweeps' && name !== 'QueueRefusals')) {
    expect(body).toContain(`"${name}"`)
  }
  for (const name of [...PAGING, ...REVIEWING]) expect(body).toContain(`${name}Alarm`)
})
