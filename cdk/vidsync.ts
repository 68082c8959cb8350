import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { CfnOutput, Stack, Token } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { Alarms } from './alarms.ts'
import { Overview } from './dashboard.ts'
import { Functions } from './functions.ts'
import { Ingress } from './ingress.ts'
import { PipelineMetrics } from './metrics.ts'
import { Pager } from './pager.ts'
import { beginFamily, pin } from './pin.ts'
import { Queues } from './queues.ts'
import { SweepSchedule } from './schedule.ts'
import { type AnySecret, Credentials } from './secret.ts'
import { parseSettings, type Settings } from './settings.ts'
import { type AnyTable, Records } from './table.ts'

/** Settings that are not given have the defaults of `npx cdk deploy`. */
export interface VidsyncProps extends Partial<Settings> {
  /**
   * The file that says what is synced and how; it is bundled, with whatever it imports. A path, as a configuration may hold
   * functions. By default `sync.config.ts` in the folder in which the app runs.
   */
  readonly config?: string
  /**
   * The JSON document that holds HubSpot's token and all keys: `{"hubspotAccessToken", "writeKeys": [], "adminKeys": [],
   * "signingSecrets": []}`. By default a secret is made, into which you put them.
   */
  readonly hubspotSecret?: AnySecret
  /** Who is told of alarms. CloudWatch must be allowed to publish to it. By default a topic is made. */
  readonly alarmTopic?: ITopic
  /**
   * Names alarms, dashboard, API and metrics `vidsync-<stage>`: one of a kind in an account's region. By default the name of
   * the stack.
   */
  readonly stage?: string
}

/**
 * The whole pipeline, for any stack.
 *
 *     Ingress ──────┐
 *     SweepSchedule ┴─► Functions ──► Queues, Records, Credentials
 *                           └──► metrics ──► Alarms ──► Pager
 *                                      └───► Overview
 *
 * @example
 * const vidsync = new Vidsync(this, 'Vidsync', { config: 'sync.config.ts', alarmTopic })
 * new ApiMapping(this, 'Mapping', { domainName, api: vidsync.api, stage: vidsync.apiStage })
 */
export class Vidsync extends Construct {
  /** Takes events, and says what became of them. */
  readonly api: HttpApi
  /** Its one stage: what a domain of your own is mapped to. */
  readonly apiStage: HttpStage
  /** The address to which products send events. */
  readonly url: string
  /** All that is known of users. It stays when the stack goes. */
  readonly table: AnyTable
  /** Where the keys are. */
  readonly secret: AnySecret
  /** To whom alarms are told. */
  readonly alarmTopic: ITopic
  readonly queues: Queues
  readonly functions: Functions

  /** @throws Error in one sentence: settings that are not right, a configuration that is missing or not valid. */
  constructor(scope: Construct, id: string, { config, hubspotSecret, alarmTopic, ...given }: VidsyncProps = {}) {
    super(scope, id)
    beginFamily(this)
    const settings = parseSettings({ ...given, stage: given.stage ?? stageOf(Stack.of(this)) })
    const queues = new Queues(this, 'Queues')
    const records = new Records(this, 'Records', { settings })
    const credentials = new Credentials(this, 'Credentials', hubspotSecret && { secret: hubspotSecret })
    const functions = new Functions(this, 'Functions', {
      settings,
      queues,
      records,
      credentials,
      config: configurationAt(config),
    })
    const ingress = new Ingress(this, 'Ingress', { settings, functions })
    new SweepSchedule(this, 'SweepSchedule', { functions })
    const metrics = new PipelineMetrics(settings.stage)
    const pager = new Pager(this, 'Pager', { settings, ...(alarmTopic && { topic: alarmTopic }) })
    const alarms = new Alarms(this, 'Alarms', { settings, metrics, queues, functions, ingress, pager })
    new Overview(this, 'Overview', { settings, metrics, queues, functions, ingress, alarms })

    this.queues = queues
    this.functions = functions
    this.api = ingress.api
    this.apiStage = ingress.stage
    this.url = ingress.api.apiEndpoint
    this.table = records.table
    this.secret = credentials.secret
    this.alarmTopic = pager.topic
    this.#output('ApiUrl', this.url, 'Send events here')
    this.#output('SecretName', this.secret.secretName, 'Put keys in here')
    this.#output('DeadLettersUrl', queues.eventsDeadLetters.queueUrl, 'Should be empty')
    this.#output('AlarmTopic', this.alarmTopic.topicArn, 'Subscribe whoever is to be woken')
    this.#output('TableName', this.table.tableName, 'Holds the records of users')
  }

  #output(name: string, value: string, description: string): void {
    pin(new CfnOutput(this, name, { value, description }), name)
  }
}

function configurationAt(config = 'sync.config.ts'): string {
  const path = resolve(config)
  if (!existsSync(path))
    throw new Error(`There is no ${path}: give the construct the path of your sync.config.ts as \`config\`.`)
  return path
}

function stageOf({ stackName }: Stack): string {
  if (Token.isUnresolved(stackName))
    throw new Error('A nested stack is named when it is deployed: give the construct a `stage`.')
  return stackName
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 30)
}
