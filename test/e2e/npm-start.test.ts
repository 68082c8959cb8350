import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { createHubSpot } from '../../local/hubspot/index.ts'
import { NpmStart, PROJECT } from '../support/npm-start.ts'
import { SOON } from './run.ts'

const run = promisify(execFile)

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

/** `npm start`, which ends with its test. */
function npmStart(environment: Record<string, string>): NpmStart {
  const started = new NpmStart(environment)
  ends.push(() => started.end('SIGKILL'))
  return started
}

const authorization = `Basic ${btoa('local:')}`
const post = (apiUrl: string, body: unknown) =>
  fetch(`${apiUrl}/v1/batch`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

test.each(['SIGTERM', 'SIGINT'] as const)('says that it is ready, and where; ends cleanly on %s', async signal => {
  const started = npmStart({ PORT: '0' })
  const apiUrl = await started.ready
  const health = await fetch(`${apiUrl}/healthz`)

  const code = await started.end(signal)

  expect(health.status).toBe(200)
  expect(code).toBe(0)
  await expect(fetch(`${apiUrl}/healthz`)).rejects.toThrow()
  expect(started.output).not.toMatch(/Error|error|!/)
})

test('the commands that it prints work as they are, and it tells what happened', async () => {
  const started = npmStart({ PORT: '0' })
  await started.ready
  await expect.poll(() => started.output, SOON).toContain('Ctrl+C')
  const commands = started.output.split('\n').filter(line => line.startsWith('  curl '))
  const [send = '', lookUp = '', contacts = ''] = commands.map(command => command.trim())

  const sent = await run('sh', ['-c', send])

  expect(JSON.parse(sent.stdout)).toEqual({ accepted: 1, rejected: [] })
  await expect
    .poll(async () => JSON.parse((await run('sh', ['-c', lookUp])).stdout), SOON)
    .toMatchObject({ status: 'synced' })
  const { results } = JSON.parse((await run('sh', ['-c', contacts])).stdout)
  expect(results).toMatchObject([{ properties: { internal_user_id: 'u1', firstname: 'Ada' } }])
  await expect.poll(() => started.output, SOON).toMatch(/1 event accepted.*1 contact created/s)
  expect(started.output.split('Ctrl+C')[1]).not.toMatch(/u1|ada|example/i)
})

test('after kill -9 with DATA_DIR, every accepted event arrives, without waiting for a visibility timeout', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'vidsync-data-'))
  const hubspot = createHubSpot({ seed: 9 })
  const listening = await hubspot.listen()
  ends.push(
    () => rmSync(directory, { recursive: true, force: true }),
    () => listening.close(),
  )
  const environment = { PORT: '0', DATA_DIR: directory, HUBSPOT_BASE_URL: listening.url }
  const users = Array.from({ length: 60 }, (_, index) => `u${index}`)
  const events = users.map(userId => ({ type: 'identify', userId, traits: { email: `${userId}@example.com` } }))
  const first = npmStart(environment)
  const accepted = await post(await first.ready, { batch: events })

  await first.end('SIGKILL')
  const killed = performance.now()
  const second = npmStart(environment)
  await second.ready

  expect(accepted.status).toBe(202)
  await expect
    .poll(
      () =>
        hubspot
          .contacts()
          .map(contact => contact.properties.internal_user_id)
          .toSorted(),
      SOON,
    )
    .toEqual(users.toSorted())
  expect(performance.now() - killed).toBeLessThan(30_000)
  expect(await second.end('SIGTERM')).toBe(0)
})

test('a port in use is said in one sentence', async () => {
  const taken = createServer()
  taken.listen(0, '127.0.0.1')
  await once(taken, 'listening')
  ends.push(() => taken.close())
  const address = taken.address()
  const port = typeof address === 'object' ? String(address?.port) : ''

  const { stderr } = await complaint({ PORT: port })

  expect(stderr).toBe(
    `Port ${port}, for the API, is in use: end what listens there, or choose another with PORT=<number>.\n`,
  )
})

test.each([
  ['PORT', 'http', 'PORT is "http"; it must be a whole number from 0 to 65534.\n'],
  ['HUBSPOT_BASE_URL', 'hubapi', 'HUBSPOT_BASE_URL is "hubapi"; it must be a URL such as https://api.hubapi.com.\n'],
  ['HUBSPOT_API_VERSION', 'v4', 'HUBSPOT_API_VERSION is "v4"; it must be v3 or 2026-09.\n'],
])('a bad %s is said in one sentence', async (name, value, sentence) => {
  const { stderr } = await complaint({ PORT: '0', [name]: value })

  expect(stderr).toBe(sentence)
})

test('a Node that cannot run it says so in one sentence', async () => {
  const { stderr } = await complaint({}, '--no-experimental-strip-types')

  expect(stderr).toMatch(/^vidsync needs Node 24 .*, and this is v\d+\.\d+\.\d+\..*\n$/)
})

/** What a start that fails at once says. Without npm, which adds its own words. */
async function complaint(
  environment: Record<string, string>,
  ...flags: readonly string[]
): Promise<{ stderr: string }> {
  const start = run(process.execPath, [...flags, 'local/start.cjs'], {
    cwd: PROJECT,
    env: { ...process.env, ...environment },
  })
  const failed: unknown = await start.catch((error: unknown) => error)
  if (failed instanceof Error && 'stderr' in failed && 'code' in failed && failed.code === 1) {
    return { stderr: String(failed.stderr) }
  }
  throw new Error('it started')
}
