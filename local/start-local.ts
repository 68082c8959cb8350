import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { Template } from '../cdk/synthesize.ts'
import { pagesBuilt } from '../console/build.ts'
import { sqsClientOptions } from '../functions/queues/client.ts'
import type { Log, Metrics } from '../functions/runtime/platform.ts'
import { systemClock } from '../functions/runtime/system.ts'
import { dynamoClient } from '../functions/store/dynamo/client.ts'
import { localAws } from './aws.ts'
import { Closing } from './closing.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { type Emulators, startEmulators } from './emulators.ts'
import { startEventSourceMapping } from './event-source-mapping.ts'
import { composeFunctions, type Functions } from './functions.ts'
import { type HandlerRouter, serve } from './http.ts'
import { createHubSpot, type HubSpotOptions, type HubSpotSimulator } from './hubspot/index.ts'
import { keepInFile } from './hubspot/kept.ts'
import { both, Minutes } from './minutes.ts'
import { localPlatform } from './platform.ts'
import { listenOn } from './port.ts'
import { routerOf } from './router.ts'
import { startSchedule } from './schedule.ts'
import { type LocalSettings, readSettings } from './settings.ts'
import { readStack, type Stack } from './stack.ts'
import { synthesizeAside } from './synthesis.ts'
import { type LocalWebhooks, startWebhooks, withWebhookSecret } from './webhooks.ts'

export interface LocalOptions extends Partial<LocalSettings> {
  /** The stack's template; absent: synthesized anew. */
  readonly template?: Template
  /** How the embedded HubSpot behaves. */
  readonly hubspot?: HubSpotOptions
  /** How it sends its webhooks. */
  readonly webhooks?: LocalWebhooks
  /** Absent: silent. */
  readonly log?: Log
  /** Absent: counted nowhere. */
  readonly metrics?: Metrics
}

export interface Local {
  /** `http://127.0.0.1:<port>` */
  readonly apiUrl: string
  readonly hubspotUrl: string
  /** The embedded HubSpot; absent when another one is used. */
  readonly hubspot?: HubSpotSimulator
  readonly stack: Stack
  /** The functions as they are composed, for tests that invoke one by hand. */
  readonly functions: Functions
  /** Clients of the embedded neighbours, for tests and measurements. */
  readonly sqs: SQSClient
  readonly dynamo: DynamoDBClient
  /** Rejects when the run cannot go on. */
  readonly failure: Promise<never>
  /** Lets invocations under way end, for a few seconds, and frees everything. */
  stop(): Promise<void>
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * Runs the whole pipeline on this machine, wired from the stack's template.
 *
 *     HTTP ─► receive ─► Events ─► record ─► table ◄─► deliver ─► HubSpot      functions: this thread
 *                   ▲                └─────► WakeUps ─────┘         │          queues, table: a thread of their own
 *                   └───────────── notice ◄──────── webhooks ◄──────┘
 *
 * @throws UnusableSetting, IncompleteStack: one sentence for a person.
 */
export async function startLocal(options: LocalOptions = {}): Promise<Local> {
  const settings: LocalSettings = { ...readSettings({ PORT: '0' }), ...options }
  const log = options.log ?? silent
  const closing = new Closing()
  let route: HandlerRouter = async () => ({ statusCode: 503, body: '{"error":"Starting: try again in a second."}' })
  const report = (error: unknown) =>
    log.error('a request failed', { error: String(error), stack: error instanceof Error ? error.stack : undefined })
  try {
    // First of all, because a taken port is the likeliest trouble.
    const api = await listenOn('the API', settings.port, port => serve(event => route(event), port, report))
    closing.add(() => api.close())
    // Before the synthesis, which takes seconds.
    const data = settings.dataDir === undefined ? undefined : openDataDirectory(settings.dataDir)
    closing.add(() => data?.close())
    const stack = readStack(options.template ?? (await synthesizeAside()))
    const emulators = await startEmulators(stack, data)
    closing.add(async () => {
      await emulators.stop()
      data?.markEnded()
    })
    const { sqs, dynamo, poller } = clients(emulators)
    closing.add(() => [sqs, dynamo, poller].forEach(client => void client.destroy()))

    const hubspot =
      settings.hubspotBaseUrl === undefined ? await startHubSpot(settings, data, options.hubspot) : undefined
    if (hubspot) closing.add(() => hubspot.close())
    const hubspotUrl = settings.hubspotBaseUrl ?? hubspot?.url ?? ''

    const secrets = hubspot ? withWebhookSecret(settings.secrets) : settings.secrets
    const minutes = new Minutes(systemClock)
    const platform = localPlatform(secrets, log, options.metrics ? both(minutes, options.metrics) : minutes)
    const overrides = {
      HUBSPOT_BASE_URL: hubspotUrl,
      // The embedded HubSpot knows nothing of what may stand before this machine.
      PUBLIC_URL: (hubspot ? undefined : settings.publicUrl) ?? api.url,
      HUBSPOT_API_VERSION: settings.hubspotApiVersion,
      HUBSPOT_REQUESTS_PER_10_SECONDS: settings.hubspotRequestsPer10Seconds,
    }
    const functions = composeFunctions(
      stack,
      { ...platform, sqs, dynamo, series: minutes, pages: pagesBuilt() },
      overrides,
      closing.signal,
    )

    const mappings = stack.mappings.map(each => startEventSourceMapping(each, functions[each.function], poller, log))
    closing.add(() => Promise.all(mappings.map(mapping => mapping.stop())))
    const schedules = stack.schedules.map(each => startSchedule(each, functions[each.function], log))
    closing.add(() => Promise.all(schedules.map(schedule => schedule.stop())))
    route = routerOf(stack.routes, functions)
    if (hubspot) closing.add(startWebhooks(hubspot.simulator, api.url, secrets, options.webhooks))
    // Closed before what it depends on.
    closing.add(() => api.close())

    return {
      apiUrl: api.url,
      hubspotUrl,
      ...(hubspot && { hubspot: hubspot.simulator }),
      stack,
      functions,
      sqs,
      dynamo,
      failure: emulators.failure,
      stop: () => closing.close(),
    }
  } catch (error) {
    await closing.close()
    throw error
  }
}

function clients({ queues, table }: Emulators) {
  return {
    sqs: new SQSClient({ ...sqsClientOptions, ...localAws(queues) }),
    poller: new SQSClient(localAws(queues)),
    dynamo: dynamoClient(localAws(table)),
  }
}

async function startHubSpot({ port, secrets }: LocalSettings, data?: DataDirectory, options: HubSpotOptions = {}) {
  const keeper = data && keepInFile(data.hubspot)
  const tokens = [secrets.hubspotAccessToken]
  const simulator = createHubSpot({ tokens, ...(keeper && { keeper }), ...options })
  const listening = await listenOn('the embedded HubSpot', port === 0 ? 0 : port + 1, free => simulator.listen(free))
  return {
    simulator,
    url: listening.url,
    close: async () => {
      await listening.close()
      keeper?.close()
    },
  }
}
