import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle } from '../../cdk/bundle.ts'
import { environmentOf, permissionsOf } from './synthesized.ts'

const directory = mkdtempSync(join(tmpdir(), 'vidsync-sweep-'))
const calls: { target: string; authorization: string }[] = []
let aws: Server

/** An AWS in which nothing is stored yet. It only notes who asks for what. */
beforeAll(async () => {
  aws = createServer((request, response) => {
    calls.push({
      target: String(request.headers['x-amz-target']),
      authorization: String(request.headers.authorization),
    })
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/x-amz-json-1.0')
      response.end(JSON.stringify({ Count: 0, Items: [], MessageId: '1' }))
    })
  })
  await new Promise<void>(resolve => aws.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  aws.close()
  rmSync(directory, { recursive: true, force: true })
})

/** Runs the bundle as Lambda does: alone in a directory, with the stack's environment and the role's credentials. */
async function run(): Promise<string[]> {
  const file = join(directory, 'index.mjs')
  writeFileSync(file, (await bundle('sweep')).code)
  const address = aws.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', `const { handler } = await import('./index.mjs'); await handler({}, {})`],
    {
      cwd: directory,
      env: {
        ...environmentOf('Sweep'),
        WAKEUPS_QUEUE_URL: `http://127.0.0.1:${port}/1/wakeups.fifo`,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'ROLE',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_SESSION_TOKEN: 'session',
      },
    },
  )
  return stdout.trim().split('\n')
}

describe('the bundle of sweep, run as Lambda runs it', () => {
  let printed: string[]
  beforeAll(async () => {
    printed = await run()
  })

  test('signs its calls with the credentials of its role, without the ways to find others that were left out', () => {
    expect(calls.length).toBeGreaterThan(0)
    for (const { authorization } of calls) expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=ROLE\//)
  })

  test('asks for nothing that its role does not allow', () => {
    const allowed = new Set(permissionsOf('Sweep').map(permission => permission.split(' ')[0]))

    const asked = new Set(
      calls.map(({ target }) => target.replace(/^DynamoDB_\w+\./, 'dynamodb:').replace(/^AmazonSQS\./, 'sqs:')),
    )

    expect(asked).toEqual(new Set(['dynamodb:Query', 'dynamodb:GetItem', 'sqs:SendMessage']))
    for (const action of asked) expect(allowed).toContain(action)
  })

  test('prints its heartbeat in the namespace that the alarm watches', () => {
    const metrics = printed.map(line => JSON.parse(line)).filter(line => line._aws)

    expect(metrics).toContainEqual(expect.objectContaining({ service: 'sweep', Sweeps: 1, OldestDueAge: 0 }))
    expect(metrics[0]._aws.CloudWatchMetrics[0].Namespace).toBe('vidsync/dev')
  })
})
