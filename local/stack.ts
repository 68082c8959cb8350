import { FUNCTION_NAMES, type FunctionName } from '../cdk/bundling.ts'
import type { Template } from '../cdk/synthesize.ts'
import { DUE_INDEX } from '../functions/store/dynamo/due-work.ts'
import { IncompleteStack, Intrinsics, physicalName } from './intrinsics.ts'

/** The synthesized stack in the words of the local run: what it has to build, and with which settings. */
export interface Stack {
  readonly routes: readonly Route[]
  readonly queues: readonly Queue[]
  readonly mappings: readonly Mapping[]
  readonly table: Table
  readonly functions: ReadonlyMap<FunctionName, FunctionDescription>
  readonly schedules: readonly Schedule[]
}

export interface Route {
  /** As API Gateway writes it: `POST /v1/identify`, `GET /v1/users/{userId+}`, or `$default` for all else. */
  readonly key: string
  readonly function: FunctionName
}

export interface Queue {
  readonly id: string
  readonly name: string
  readonly arn: string
  /** The URL that the queue has on AWS. Clients with an endpoint of their own use only its path. */
  readonly url: string
  /** All that can be set, as `CreateQueue` takes them: what the stack leaves out has SQS's default. */
  readonly attributes: Readonly<Record<string, string>>
}

export interface Mapping {
  readonly queue: Queue
  readonly function: FunctionName
  readonly batchSize: number
  readonly reportBatchItemFailures: boolean
  readonly maximumConcurrency?: number
}

export interface Table {
  readonly name: string
  readonly attributes: readonly { readonly name: string; readonly type: 'S' | 'N' | 'B' }[]
  readonly key: readonly KeyPart[]
  readonly indexes: readonly {
    readonly name: string
    readonly key: readonly KeyPart[]
    readonly projection: 'ALL' | 'KEYS_ONLY'
  }[]
  /** The attribute whose time, in seconds, ends an item. */
  readonly timeToLive?: string
}
export interface KeyPart {
  readonly attribute: string
  readonly type: 'HASH' | 'RANGE'
}

export interface FunctionDescription {
  readonly name: FunctionName
  /** Milliseconds. */
  readonly timeout: number
  readonly memoryMegabytes: number
  readonly environment: Readonly<Record<string, string>>
}

export interface Schedule {
  readonly function: FunctionName
  /** Milliseconds. */
  readonly every: number
}

/** What the pipeline cannot do without, and why. */
const NEEDED_QUEUES = {
  Events: 'receive has nowhere to put events',
  EventsDeadLetters: 'events that cannot be recorded would be lost',
  WakeUps: 'nothing would wake deliver',
}
const NEEDED_MAPPINGS: Readonly<Record<string, FunctionName>> = { Events: 'record', WakeUps: 'deliver' }
const NEEDED_ROUTES = [
  'POST /v1/identify',
  'POST /v1/batch',
  'GET /v1/users/{userId+}',
  'GET /v1/status',
  'GET /healthz',
]
const TABLE = 'Table'

const QUEUE_DEFAULTS = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
}
const QUEUE_ATTRIBUTES = [
  ...Object.keys(QUEUE_DEFAULTS),
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
  'RedrivePolicy',
]

/**
 * Reads what the local run builds out of a synthesized template.
 * @throws IncompleteStack naming the first thing that is missing.
 */
export function readStack(template: Template): Stack {
  const intrinsics = new Intrinsics(template)
  const resources = (type: string) =>
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => ({ id, resource, properties: resource.Properties ?? {} }))
  const resolved = (value: unknown) => intrinsics.resolve(value ?? null)

  const queues = resources('AWS::SQS::Queue').map(
    ({ id, resource, properties }): Queue => ({
      id,
      name: physicalName(id, resource),
      arn: text(intrinsics.resolve({ 'Fn::GetAtt': [id, 'Arn'] })),
      url: text(intrinsics.resolve({ Ref: id })),
      attributes: queueAttributes(properties, intrinsics),
    }),
  )
  for (const [id, consequence] of Object.entries(NEEDED_QUEUES)) {
    if (!queues.some(queue => queue.id === id)) throw missing(`queue ${id}: ${consequence}`)
  }

  const functions = new Map(
    resources('AWS::Lambda::Function').flatMap(({ id, properties }) => {
      const name = functionName(id)
      return name ? [[name, describeFunction(name, properties, intrinsics)] as const] : []
    }),
  )
  for (const name of FUNCTION_NAMES) if (!functions.has(name)) throw missing(`function ${name}`)

  const mappings = resources('AWS::Lambda::EventSourceMapping').flatMap(({ properties }): Mapping[] => {
    const name = functionName(text(resolved(properties.FunctionName)))
    const queue = queues.find(each => each.arn === resolved(properties.EventSourceArn))
    return name && queue ? [describeMapping(name, queue, properties)] : []
  })
  for (const [queue, name] of Object.entries(NEEDED_MAPPINGS)) {
    if (!mappings.some(mapping => mapping.queue.id === queue && mapping.function === name)) {
      throw missing(`event source mapping that feeds ${name} from the queue ${queue}`)
    }
  }

  const integrations = new Map(
    resources('AWS::ApiGatewayV2::Integration').map(({ id, properties }) => [
      `integrations/${id}`,
      functionName(text(resolved(properties.IntegrationUri))),
    ]),
  )
  const routes = resources('AWS::ApiGatewayV2::Route').flatMap(({ properties }): Route[] => {
    const name = integrations.get(text(resolved(properties.Target)))
    return name ? [{ key: text(properties.RouteKey), function: name }] : []
  })
  for (const route of NEEDED_ROUTES) {
    if (!routes.some(({ key }) => key === route)) throw missing(`route ${route}`)
  }

  const table = resources('AWS::DynamoDB::Table').find(({ id }) => id === TABLE)
  if (!table) throw missing(`table ${TABLE}`)

  const schedules = resources('AWS::Events::Rule').flatMap(({ properties }): Schedule[] =>
    list(resolved(properties.Targets)).flatMap(target => {
      const name = functionName(text(object(target).Arn))
      return name ? [{ function: name, every: readRate(text(properties.ScheduleExpression)) }] : []
    }),
  )
  if (!schedules.some(schedule => schedule.function === 'sweep')) throw missing('schedule that runs sweep')

  return { routes, queues, mappings, table: describeTable(TABLE, table.properties), functions, schedules }
}

type Properties = Readonly<Record<string, unknown>>

const missing = (what: string) => new IncompleteStack(`The stack has no ${what}.`)

/** The function of an ARN, a name or a logical id: `…:function:Record`, `RecordFunction`. */
function functionName(reference: string): FunctionName | undefined {
  const last = reference.split(':').at(-1)?.toLowerCase() ?? ''
  return FUNCTION_NAMES.find(name => last.startsWith(name))
}

function queueAttributes(properties: Properties, intrinsics: Intrinsics): Record<string, string> {
  const given = QUEUE_ATTRIBUTES.flatMap(name => {
    const value = properties[name]
    if (value === undefined) return []
    const plain = intrinsics.resolve(value)
    return [[name, typeof plain === 'object' ? JSON.stringify(plain) : String(plain)] as const]
  })
  return { ...QUEUE_DEFAULTS, ...Object.fromEntries(given) }
}

function describeFunction(name: FunctionName, properties: Properties, intrinsics: Intrinsics): FunctionDescription {
  const variables = object(intrinsics.resolve(object(properties.Environment).Variables ?? {}))
  return {
    name,
    timeout: number(properties.Timeout, 3) * 1000,
    memoryMegabytes: number(properties.MemorySize, 128),
    environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
  }
}

function describeMapping(name: FunctionName, queue: Queue, properties: Properties): Mapping {
  const maximumConcurrency = object(properties.ScalingConfig).MaximumConcurrency
  return {
    queue,
    function: name,
    batchSize: number(properties.BatchSize, 10),
    reportBatchItemFailures: list(properties.FunctionResponseTypes).includes('ReportBatchItemFailures'),
    ...(typeof maximumConcurrency === 'number' && { maximumConcurrency }),
  }
}

function describeTable(name: string, properties: Properties): Table {
  const timeToLive = object(properties.TimeToLiveSpecification).AttributeName
  const indexes = list(properties.GlobalSecondaryIndexes).map(object)
  if (!indexes.some(index => index.IndexName === DUE_INDEX)) throw missing(`index ${DUE_INDEX} on its table`)
  return {
    name,
    attributes: list(properties.AttributeDefinitions)
      .map(object)
      .map(attribute => ({
        name: text(attribute.AttributeName),
        type: attribute.AttributeType === 'N' ? 'N' : attribute.AttributeType === 'B' ? 'B' : 'S',
      })),
    key: readKey(properties.KeySchema),
    indexes: indexes.map(index => ({
      name: text(index.IndexName),
      key: readKey(index.KeySchema),
      projection: object(index.Projection).ProjectionType === 'ALL' ? 'ALL' : 'KEYS_ONLY',
    })),
    ...(typeof timeToLive === 'string' && { timeToLive }),
  }
}

const readKey = (schema: unknown): KeyPart[] =>
  list(schema)
    .map(object)
    .map(part => ({
      attribute: text(part.AttributeName),
      type: part.KeyType === 'RANGE' ? 'RANGE' : 'HASH',
    }))

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** `rate(5 minutes)` in milliseconds. */
function readRate(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  const length = UNITS[unit ?? '']
  if (count && length) return Number(count) * length
  throw new IncompleteStack(`The stack schedules sweep by ${expression}; the local run understands rate(…) only.`)
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise)
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const object = (value: unknown): Properties =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}
