import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import { Duration, Validations } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { DUE_INDEX } from '../functions/store/dynamo/due-work.ts'
import { codeFor } from './code.ts'
import { PipelineFunction } from './function.ts'
import { allow, allowOnAnything, CONSUME } from './permissions.ts'
import { pin } from './pin.ts'
import type { Queues } from './queues.ts'
import type { Credentials } from './secret.ts'
import type { Settings } from './settings.ts'
import type { Records } from './table.ts'

export interface FunctionsProps {
  readonly settings: Settings
  readonly queues: Queues
  readonly records: Records
  readonly credentials: Credentials
  /** The path of the file that says what is synced and how. */
  readonly config: string
}

/** The pipeline's functions, what wakes those that read queues, and what each may do: no more than it does. */
export class Functions extends Construct {
  readonly receive: PipelineFunction
  readonly record: PipelineFunction
  readonly deliver: PipelineFunction
  readonly sweep: PipelineFunction
  readonly lookup: PipelineFunction
  readonly notice: PipelineFunction

  constructor(scope: Construct, id: string, { settings, queues, records, credentials, config }: FunctionsProps) {
    super(scope, id)
    const { events, wakeUps } = queues
    const table = records.table.tableArn
    const dueIndex = `${table}/index/${DUE_INDEX}`
    const { secretId, reading } = credentials
    const common = { settings, code: codeFor(this, config) }

    this.receive = new PipelineFunction(this, 'Receive', {
      name: 'receive',
      description: 'Takes events over HTTP, checks them and queues them',
      // Not for the memory but for the share of a processor that comes with it: inflating, parsing, hashing.
      memory: 1024,
      timeout: Duration.seconds(15),
      ...common,
      environment: { EVENTS_QUEUE_URL: events.queueUrl, SECRET_ID: secretId },
      permissions: [allow(events.queueArn, 'sqs:SendMessage'), ...reading],
    })

    this.record = new PipelineFunction(this, 'Record', {
      name: 'record',
      description: "Folds queued events into their users' records and wakes deliver",
      memory: 512,
      // Small: what fails is tried again only when the visibility timeout is over, six times as long.
      timeout: Duration.seconds(10),
      ...common,
      environment: { TABLE_NAME: records.table.tableName, WAKEUPS_QUEUE_URL: wakeUps.queueUrl },
      permissions: [
        allow(events.queueArn, ...CONSUME),
        // It lists what belongs to a user who is deleted.
        allow(
          table,
          'dynamodb:GetItem',
          'dynamodb:BatchGetItem',
          'dynamodb:Query',
          'dynamodb:PutItem',
          'dynamodb:UpdateItem',
        ),
        allow(wakeUps.queueArn, 'sqs:SendMessage'),
      ],
    })

    this.deliver = new PipelineFunction(this, 'Deliver', {
      name: 'deliver',
      description: 'Makes HubSpot equal to what is due; one at a time',
      memory: 1024,
      timeout: Duration.seconds(60),
      ...common,
      environment: {
        TABLE_NAME: records.table.tableName,
        EVENTS_QUEUE_URL: events.queueUrl,
        WAKEUPS_QUEUE_URL: wakeUps.queueUrl,
        SECRET_ID: secretId,
        HUBSPOT_BASE_URL: settings.hubspotBaseUrl,
        HUBSPOT_API_VERSION: settings.hubspotApiVersion,
        HUBSPOT_REQUESTS_PER_10_SECONDS: String(settings.hubspotRequestsPer10Seconds),
      },
      permissions: [
        // It re-arms its own wake-up and may send to no queue: a loop of messages cannot come about.
        allow(wakeUps.queueArn, ...CONSUME, 'sqs:ChangeMessageVisibility'),
        allow(events.queueArn, 'sqs:GetQueueAttributes'),
        allow(
          table,
          'dynamodb:GetItem',
          'dynamodb:BatchGetItem',
          'dynamodb:Query',
          'dynamodb:PutItem',
          'dynamodb:UpdateItem',
          'dynamodb:DeleteItem',
          'dynamodb:BatchWriteItem',
        ),
        allow(dueIndex, 'dynamodb:Query'),
        ...reading,
      ],
    })

    this.sweep = new PipelineFunction(this, 'Sweep', {
      name: 'sweep',
      description: 'Every minute: wakes deliver while anything is due, and measures how late it is',
      memory: 256,
      timeout: Duration.seconds(20),
      ...common,
      environment: { TABLE_NAME: records.table.tableName, WAKEUPS_QUEUE_URL: wakeUps.queueUrl },
      permissions: [
        // On the table itself: the parked events, which are counted.
        allow(table, 'dynamodb:GetItem', 'dynamodb:Query'),
        allow(dueIndex, 'dynamodb:Query'),
        allow(wakeUps.queueArn, 'sqs:SendMessage'),
      ],
    })

    this.lookup = new PipelineFunction(this, 'Lookup', {
      name: 'lookup',
      description: 'Says what HubSpot holds of a user, and how the whole is doing; takes what operators order',
      memory: 512,
      timeout: Duration.seconds(10),
      ...common,
      environment: {
        TABLE_NAME: records.table.tableName,
        EVENTS_QUEUE_URL: events.queueUrl,
        SECRET_ID: secretId,
        HUBSPOT_API_VERSION: settings.hubspotApiVersion,
        // The console shows how much of it is used.
        HUBSPOT_REQUESTS_PER_10_SECONDS: String(settings.hubspotRequestsPer10Seconds),
      },
      permissions: [
        // It deletes parked events that an operator lets go of, and nothing else.
        allow(table, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:DeleteItem'),
        allow(dueIndex, 'dynamodb:Query'),
        // What operators order is queued, as events are: it writes to no record.
        allow(events.queueArn, 'sqs:GetQueueAttributes', 'sqs:SendMessage'),
        ...reading,
        // The console's charts.
        allowOnAnything('cloudwatch:GetMetricData'),
      ],
    })

    this.notice = new PipelineFunction(this, 'Notice', {
      name: 'notice',
      description: "Takes HubSpot's own webhooks and queues which contacts to look at",
      // For the share of a processor: HubSpot waits for five seconds, a cold start included.
      memory: 1024,
      timeout: Duration.seconds(5),
      ...common,
      environment: { EVENTS_QUEUE_URL: events.queueUrl, SECRET_ID: secretId, PUBLIC_URL: settings.publicUrl },
      permissions: [allow(events.queueArn, 'sqs:SendMessage'), ...reading],
    })

    const eventsToRecord = new EventSourceMapping(this, 'EventsToRecord', {
      target: this.record.lambda,
      eventSourceArn: events.queueArn,
      // The most that Lambda gives of a FIFO queue.
      batchSize: 10,
      reportBatchItemFailures: true,
      // A burst must not take the account's whole concurrency: `receive` would be throttled, and events refused.
      maxConcurrency: 100,
    })
    pin(eventsToRecord, 'EventsToRecord')

    const wakeUpsToDeliver = new EventSourceMapping(this, 'WakeUpsToDeliver', {
      target: this.deliver.lambda,
      eventSourceArn: wakeUps.queueArn,
      batchSize: 1,
      reportBatchItemFailures: true,
      // The least that Lambda allows. That only one runs at a time is the message group's doing.
      maxConcurrency: 2,
    })
    pin(wakeUpsToDeliver, 'WakeUpsToDeliver')

    for (const mapping of [eventsToRecord, wakeUpsToDeliver]) {
      Validations.of(mapping).acknowledge({
        id: 'Serverless-LambdaEventSourceMappingDestination',
        reason: 'Event sources that are queues have none: what fails stays in its queue, whose redrive policy decides.',
      })
    }
  }

  /** All of them, by name. */
  get all() {
    const { receive, record, deliver, sweep, lookup, notice } = this
    return { receive, record, deliver, sweep, lookup, notice }
  }
}
