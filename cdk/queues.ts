import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Duration, Validations } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { pin } from './pin.ts'

const fifo = {
  fifo: true,
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  // High throughput: without these two, a FIFO queue takes 300 calls a second in all instead of per group.
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
} as const

const NO_DEAD_WAKE_UPS =
  'A wake-up holds no data, only "look": the table knows what is due, and sweep looks every minute. Besides, deliver ' +
  're-arms its wake-up while work remains by failing it, which a redrive policy would take for a reason to bury it.'

/**
 * Events on their way to the table, and hints that something is due.
 *
 *     receive ──► Events ──► record ──► WakeUps ──► deliver
 *                    └─ after 1,000 tries ──► EventsDeadLetters
 */
export class Queues extends Construct {
  readonly events: Queue
  readonly eventsDeadLetters: Queue
  readonly wakeUps: Queue

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.eventsDeadLetters = new Queue(this, 'EventsDeadLetters', {
      ...fifo,
      retentionPeriod: Duration.days(14),
    })
    this.events = new Queue(this, 'Events', {
      ...fifo,
      // Six times the timeout of `record`, as AWS advises for event sources.
      visibilityTimeout: Duration.seconds(60),
      retentionPeriod: Duration.days(14),
      // High: only a bug should ever end here, never an outage of the table, during which every try fails.
      deadLetterQueue: { queue: this.eventsDeadLetters, maxReceiveCount: 1000 },
    })
    this.wakeUps = new Queue(this, 'WakeUps', {
      ...fifo,
      // One slot of wake-ups: whatever is folded in it goes out together.
      deliveryDelay: Duration.seconds(2),
      // Above the timeout of `deliver`: while one runs, the group stays locked and nobody else delivers.
      visibilityTimeout: Duration.seconds(90),
      // A wake-up that was lost is made up for by the next sweep; an old one is worth nothing.
      retentionPeriod: Duration.hours(1),
    })
    pin(this.events, 'Events')
    pin(this.eventsDeadLetters, 'EventsDeadLetters')
    pin(this.wakeUps, 'WakeUps')
    Validations.of(this.wakeUps).acknowledge(
      { id: 'AwsSolutions-SQS3', reason: NO_DEAD_WAKE_UPS },
      { id: 'Serverless-SQSRedrivePolicy', reason: NO_DEAD_WAKE_UPS },
    )
    Validations.of(this.eventsDeadLetters).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason:
        'It is the dead-letter queue. Messages leave it when a person redrives it, and an alarm calls that person.',
    })
  }
}
