import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { Duration, Validations } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import type { Functions } from './functions.ts'
import { pin } from './pin.ts'

/** Runs `sweep` every minute. One that was missed is not made up for: the next comes soon, and an alarm counts them. */
export class SweepSchedule extends Construct {
  constructor(scope: Construct, id: string, { functions }: { readonly functions: Functions }) {
    super(scope, id)
    const rule = new Rule(this, 'EveryMinute', {
      description: 'vidsync: looks for work that nobody was woken for',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(functions.sweep.lambda, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    })
    pin(rule, 'EveryMinute')
    Validations.of(rule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'A missed sweep is worth nothing a minute later, when the next one comes; SweepMissing counts them.',
    })
  }
}
