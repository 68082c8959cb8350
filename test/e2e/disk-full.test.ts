import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { keepInFile } from '../../local/hubspot/kept.ts'
import { NpmStart, PROJECT } from '../support/npm-start.ts'

const headers = { authorization: `Basic ${btoa('local:')}`, 'content-type': 'application/json' }
const ARRIVED = { timeout: 60_000, interval: 250 }

/** A directory on a disk that is full as soon as any file is so long: the system refuses to write more. */
function scene() {
  const directory = mkdtempSync(join(tmpdir(), 'vidsync-full-'))
  const started: NpmStart[] = []
  onTestFinished(async () => {
    for (const each of started) await each.end('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  })
  return (kilobytes?: number) => {
    const shell = kilobytes === undefined ? '' : `ulimit -f ${kilobytes * 2}`
    const run = new NpmStart({ PORT: '0', DATA_DIR: directory }, shell)
    started.push(run)
    return run
  }
}

/** 10 users of 40 kB each. */
const batchOf = (n: number) => {
  const long = (name: string) => `${name} ${'x'.repeat(10_000)}`
  return Array.from({ length: 10 }, (_, index) => ({
    type: 'identify',
    userId: `u${n}-${index}`,
    messageId: `m${n}-${index}`,
    timestamp: '2026-01-01T00:00:00Z',
    traits: {
      email: `u${n}-${index}@example.com`,
      firstName: long('a'),
      lastName: long('b'),
      company: long('c'),
      city: long('d'),
    },
  }))
}

async function post(apiUrl: string, n: number): Promise<number | undefined> {
  const body = JSON.stringify({ batch: batchOf(n) })
  const answer = await fetch(`${apiUrl}/v1/batch`, { method: 'POST', headers, body }).catch(() => undefined)
  return answer?.status
}

/** Until one is not accepted. @returns how many were, and what became of the one that was not */
async function postUntilRefused(apiUrl: string, pause = 0): Promise<{ accepted: number; status: number | undefined }> {
  for (let accepted = 0; accepted < 100; accepted += 1) {
    const status = await post(apiUrl, accepted)
    if (status !== 202) return { accepted, status }
    await sleep(pause)
  }
  throw new Error('The disk was not full.')
}

/** Nobody who was accepted is missing, and nobody has a second contact. */
async function expectArrival(run: NpmStart, batches: number): Promise<void> {
  const apiUrl = await run.ready
  const user = async (n: number, index: number): Promise<unknown> =>
    (await fetch(`${apiUrl}/v1/users/u${n}-${index}`, { headers })).json()
  for (let n = 0; n < batches; n += 1) {
    for (const index of [0, 9]) await expect.poll(() => user(n, index), ARRIVED).toMatchObject({ status: 'synced' })
  }
}

test('a queue that cannot be written answers 503, the rest goes on, and what was accepted arrives', {
  timeout: 180_000,
}, async () => {
  const start = scene()
  const first = start(1_000)

  const { accepted, status } = await postUntilRefused(await first.ready)
  const code = await first.end('SIGTERM')

  expect(accepted).toBeGreaterThan(0)
  expect(status).toBe(503)
  expect(code).toBe(0)
  await expectArrival(start(), accepted)
})

test('where nothing can be kept any more the run ends with one sentence, and what was accepted arrives', {
  timeout: 240_000,
}, async () => {
  const start = scene()
  const first = start(6_000)

  // Slowly, so that it is not the queue that grows.
  const { accepted } = await postUntilRefused(await first.ready, 300)
  const code = await first.closed

  expect(code).toBe(1)
  expect(first.output).toMatch(
    /\nDATA_DIR cannot be written any more \([^)]*\): make room there and start again; nothing that was accepted is lost\.\n/,
  )
  expect(first.output).not.toMatch(/\n {4}at /)
  expect(accepted).toBeGreaterThan(0)
  await expectArrival(start(), accepted)
})

test('of a request that the embedded HubSpot can keep only half of, nothing is kept', () => {
  const directory = mkdtempSync(join(tmpdir(), 'vidsync-full-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const path = join(directory, 'hubspot.jsonl')
  const script = `
    import { keepInFile } from './local/hubspot/kept.ts'
    const keeper = keepInFile(${JSON.stringify(path)})
    keeper.keep('redirect', 'before', '1')
    await null
    for (let n = 0; n < 1000; n++) keeper.keep('redirect', 'half ' + n, 'x'.repeat(100))`

  const child = spawnSync(
    'sh',
    ['-c', 'ulimit -f 16; exec "$0" --input-type=module -e "$1"', process.execPath, script],
    {
      cwd: PROJECT,
      encoding: 'utf8',
    },
  )

  expect(child.stderr).toContain('EFBIG')
  expect([...keepInFile(path).kept('redirect')]).toEqual([['before', '1']])
})
