import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BUNDLING } from '../../cdk/bundling.ts'
import { startEmbeddedSqs } from '../support/embedded-sqs.ts'
import { httpRequest } from '../support/http-request.ts'
import { testSecrets } from '../support/platform.ts'

let folder: string
let bundle: string
let sqs: Awaited<ReturnType<typeof startEmbeddedSqs>>

beforeAll(async () => {
  const { banner, ...options } = BUNDLING
  folder = await mkdtemp(join(tmpdir(), 'receive-'))
  bundle = join(folder, 'index.mjs')
  sqs = await startEmbeddedSqs()
  await build({
    ...options,
    mainFields: [...options.mainFields],
    entryPoints: ['functions/receive/lambda.ts'],
    bundle: true,
    banner: { js: banner },
    outfile: bundle,
    logLevel: 'silent',
  })
})
afterAll(async () => {
  await sqs.stop()
  await rm(folder, { recursive: true })
})

/** Secrets Manager, as far as one secret goes. */
async function startSecretsManager(secret: object) {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify({ SecretString: JSON.stringify(secret) }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port.')
  return { url: `http://127.0.0.1:${address.port}`, stop: () => server.close() }
}

/** Invokes the bundle in a process of its own, as Lambda does, and reads what it prints. */
async function invoke(request: object, environment: Record<string, string>) {
  const script = `
    const { handler } = await import(${JSON.stringify(bundle)})
    const context = { awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => 10000 }
    const answer = await handler(${JSON.stringify(request)}, context)
    console.error(JSON.stringify(answer))
    process.exit()`
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: {
      ...environment,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      SECRET_ID: 'vidsync',
    },
  })
  const printed = stdout.split('\n').flatMap(line => (line ? [JSON.parse(line)] : []))
  return { answer: JSON.parse(stderr.split('\n').at(-2) ?? ''), printed, errors: stderr }
}

const request = httpRequest({
  path: '/v1/identify',
  headers: { authorization: `Basic ${btoa('write-key:')}`, 'content-type': 'application/json' },
  body: JSON.stringify({ userId: 'jane', traits: { email: 'jane@example.com' } }),
})

test('the bundle is at most 430 kB', async () => {
  expect((await stat(bundle)).size).toBeLessThanOrEqual(430_000)
})

test('the bundle takes an event with a key from Secrets Manager, and prints its metrics but no event', async () => {
  const secretsManager = await startSecretsManager(testSecrets)
  const queueUrl = await sqs.createQueue('events.fifo')

  const { answer, printed, errors } = await invoke(request, {
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    EVENTS_QUEUE_URL: `${sqs.endpoint}${new URL(queueUrl).pathname}`,
  })

  expect(answer.statusCode).toBe(202)
  expect(await sqs.drain(queueUrl)).toHaveLength(1)
  expect(printed).toContainEqual(
    expect.objectContaining({
      service: 'receive',
      EventsAccepted: 1,
      _aws: expect.objectContaining({
        CloudWatchMetrics: [expect.objectContaining({ Namespace: 'vidsync', Dimensions: [['service']] })],
      }),
    }),
  )
  expect(JSON.stringify(printed) + errors).not.toContain('jane')
  secretsManager.stop()
})

test('the bundle names the field of the secret that is wrong in its log, under the invocation it concerns', async () => {
  const secretsManager = await startSecretsManager({ ...testSecrets, writeKeys: undefined })

  const { answer, printed, errors } = await invoke(request, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    EVENTS_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/000000000000/events.fifo',
  })

  const logged = JSON.parse(errors.split('\n')[0] ?? '')
  expect(answer.statusCode).toBe(503)
  expect(logged).toMatchObject({ level: 'ERROR', service: 'receive', requestId: 'invocation-1' })
  expect(logged.reason).toContain('check writeKeys.')
  expect(printed).toContainEqual(expect.objectContaining({ RequestsRefused: 1 }))
  expect(errors).not.toContain('admin-key')
  secretsManager.stop()
})
