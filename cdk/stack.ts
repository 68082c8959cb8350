import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { Alarms } from './alarms.ts'
import { Overview } from './dashboard.ts'
import { Functions } from './functions.ts'
import { Ingress } from './ingress.ts'
import { PipelineMetrics } from './metrics.ts'
import { Pager } from './pager.ts'
import { Queues } from './queues.ts'
import { SweepSchedule } from './schedule.ts'
import { Credentials } from './secret.ts'
import type { Settings } from './settings.ts'
import { Records } from './table.ts'

export interface VidsyncStackProps extends StackProps {
  readonly settings: Settings
}

/**
 * The whole pipeline. The local run is wired from the template that this makes.
 *
 *     Ingress ──────┐
 *     SweepSchedule ┴─► Functions ──► Queues, Records, Credentials
 *                           └──► metrics ──► Alarms ──► Pager
 *                                      └───► Overview
 */
export class VidsyncStack extends Stack {
  readonly queues: Queues
  readonly records: Records
  readonly credentials: Credentials
  readonly functions: Functions
  readonly ingress: Ingress

  constructor(scope: Construct, id: string, { settings, ...props }: VidsyncStackProps) {
    super(scope, id, { description: "vidsync: keeps a product's users and HubSpot's contacts the same", ...props })
    this.queues = new Queues(this, 'Queues')
    this.records = new Records(this, 'Records')
    this.credentials = new Credentials(this, 'Credentials')
    const { queues, records, credentials } = this
    this.functions = new Functions(this, 'Functions', { settings, queues, records, credentials })
    this.ingress = new Ingress(this, 'Ingress', { settings, functions: this.functions })
    const { functions, ingress } = this
    new SweepSchedule(this, 'SweepSchedule', { functions })
    const metrics = new PipelineMetrics(settings.stage)
    const pager = new Pager(this, 'Pager', { settings })
    const alarms = new Alarms(this, 'Alarms', { settings, metrics, queues, functions, ingress, pager })
    new Overview(this, 'Overview', { metrics, queues, functions, ingress, alarms })

    new CfnOutput(this, 'ApiUrl', { value: ingress.api.apiEndpoint, description: 'Send events here' })
    new CfnOutput(this, 'SecretName', { value: this.credentials.secret.secretName, description: 'Put keys in here' })
    new CfnOutput(this, 'DeadLettersUrl', { value: queues.eventsDeadLetters.queueUrl, description: 'Should be empty' })
    new CfnOutput(this, 'AlarmTopic', { value: pager.topic.topicArn, description: 'Subscribe whoever is to be woken' })
    new CfnOutput(this, 'TableName', { value: records.table.tableName, description: 'Holds the records of users' })
  }
}
