import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { begin, type Said, type Typing, vidsync } from '../support/command-line.ts'
import { type Run, SOON, startRun } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'vidsync-backfill-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let run: Run
beforeAll(async () => {
  run = await startRun({ hubspot: { seed: 32 } })
})

const type = (args: readonly string[], { environment, ...typing }: Typing = {}): Promise<Said> =>
  vidsync(args, { ...typing, environment: { VIDSYNC_URL: run.apiUrl, ...environment } })

function written(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const rows = (count: number, prefix: string): string =>
  [
    'userId,email,firstName',
    ...Array.from({ length: count }, (_, n) => `${prefix}${n},${prefix}${n}@example.com,N${n}`),
  ].join('\n')

/** An API that is in trouble now and then, in another process of the mind: what it gets, it keeps. */
async function stub(answers: (request: number, events: number) => number) {
  const got: string[] = []
  let requests = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      if (request.method === 'GET') return void response.end('{"queued":0}')
      const { batch } = JSON.parse(Buffer.concat(chunks).toString())
      if (batch.length === 0) return void response.writeHead(400).end('{"error":"The batch is empty"}')
      requests += 1
      const status = answers(requests, batch.length)
      if (status !== 202) return void response.writeHead(status, { 'retry-after': '0.1' }).end('{"error":"later"}')
      got.push(...batch.map(({ messageId }: { messageId: string }) => messageId))
      response.writeHead(202).end(JSON.stringify({ accepted: batch.length, rejected: [] }))
    })
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return { got, url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

describe('backfill', () => {
  test('says what would become of the columns, and sends nothing', async () => {
    const path = written(
      'dry.csv',
      'userId,email,firstName,shoe size\nd1,dry1@example.com,Ada,\nd2,no address,Bea,7\n,x,,\n',
    )

    const said = await type(['backfill', path, '--dry-run'])

    expect(said).toMatchObject({ exit: 1, stderr: '' })
    expect(said.stdout).toMatch(/email +email +d\*\*\*@e\*\*\*\.com +1 of 2/)
    expect(said.stdout).toMatch(/firstName +firstname +Ada/)
    expect(said.stdout).toContain('3 rows')
    expect(said.stdout).toContain('Nothing was sent.')
    expect(readFileSync(`${path}.bad.csv`, 'utf8')).toBe(
      'userId,email,firstName,shoe size,vidsync_reason,vidsync_line\n,x,,,has no userId,4\n',
    )
    expect((await run.get('/v1/users/d1')).status).toBe(404)
  })

  test('says of each row what is sent of that row', async () => {
    const path = written('several.csv', 'userId,email,firstName\ns1,s1@example.com,Ada\ns2,s2@example.com,Bea\n')

    const said = await type(['backfill', path, '--dry-run', '--json'])
    const shown = await type(['backfill', path, '--dry-run'])

    expect(said).toMatchObject({ exit: 0, stderr: '' })
    expect(shown.stdout).toMatch(/firstname +Ada +sent\n/)
    expect(shown.stdout).toMatch(/firstname +Bea +sent\n/)
  })

  test('brings users in, leaves bad rows out with their reasons, and does nothing the second time', async () => {
    const path = written(
      'users.csv',
      '\uFEFFuser_id;email;firstName;address.city;hubspot_vid\r\n' +
        'b1;b1@example.com;"Ada; Countess";London;\r\nb2;b2@example.com;Bea;;no digits\r\nb3;b3@example.com;Cleo;Rome;\r\n',
    )

    const first = await type(['backfill', path, '--yes', '--json'])
    const second = await type(['backfill', path, '--yes', '--json'])

    expect(first).toMatchObject({ exit: 1, stderr: '' })
    expect(JSON.parse(first.stdout)).toMatchObject({ rows: 3, bad: 1, accepted: 2, refused: 0 })
    expect(readFileSync(`${path}.bad.csv`, 'utf8')).toContain('digits alone')
    await expect.poll(() => run.get('/v1/users/b3'), SOON).toMatchObject({ body: { status: 'synced' } })
    expect(run.hubspot?.contactByEmail('b1@example.com')?.properties).toMatchObject({
      firstname: 'Ada; Countess',
      city: 'London',
      internal_user_id: 'b1',
    })
    expect(JSON.parse(second.stdout)).toMatchObject({ accepted: 2 })
    expect(second.exit).toBe(0)
  })

  test('never takes the place of what was heard since the file was written', async () => {
    const path = written('old.ndjson', '{"userId":"o1","traits":{"email":"o1@example.com","city":"Old"}}\n')
    await run.post('identify', { userId: 'o1', traits: { email: 'o1@example.com', city: 'New' } })

    const said = await type(['backfill', path, '--yes', '--as-of', '2026-01-01'])

    expect(said).toMatchObject({ exit: 0, stderr: '' })
    await expect.poll(() => run.get('/v1/status'), SOON).toMatchObject({ body: { due: 0 } })
    expect(run.hubspot?.contactByEmail('o1@example.com')?.properties.city).toBe('New')
  })

  test('a live event overtakes it', async () => {
    const path = written('many.csv', rows(3_000, 'm'))
    const before = run.hubspot?.contactCount ?? 0
    const sending = type(['backfill', path, '--yes'])
    await expect.poll(() => run.hubspot?.contactCount, SOON).toBeGreaterThan(before)

    await run.post('identify', { userId: 'live', traits: { email: 'live@example.com' } })
    await expect.poll(() => run.hubspot?.contactByEmail('live@example.com'), SOON).toBeDefined()

    expect(await sending).toMatchObject({ exit: 0 })
    await expect.poll(() => run.hubspot?.contactCount, { ...SOON, timeout: 60_000 }).toBe(before + 3_001)
    // By HubSpot's own order: whoever asks may be slow to ask.
    const created = (run.hubspot?.ledger.writes ?? []).filter(({ kind }) => kind === 'create')
    const live = created.findIndex(({ properties }) => properties.internal_user_id === 'live')
    expect(live).toBeGreaterThanOrEqual(0)
    expect(live).toBeLessThan(created.length - 1)
  }, 120_000)

  test('slows down while the API is in trouble, sends less at once, and loses nothing', async () => {
    const sizes: number[] = []
    const api = await stub((request, events) => {
      sizes.push(events)
      if (events > 200) return 413
      return request % 4 === 2 ? 503 : request % 7 === 3 ? 429 : 202
    })
    const path = written('trouble.csv', rows(1_200, 't'))

    const said = await type(['backfill', path, '--yes', '--json', '--rate', '10000'], {
      environment: { VIDSYNC_URL: api.url },
    })
    api.close()

    expect(said).toMatchObject({ exit: 0, stderr: '' })
    expect(new Set(api.got).size).toBe(1_200)
    expect(Math.max(...sizes.slice(3))).toBeLessThanOrEqual(250)
  })

  test('goes on where Ctrl+C has stopped it', async () => {
    const api = await stub(() => 202)
    const path = written('stopped.csv', rows(3_000, 's'))
    const environment = { VIDSYNC_URL: api.url }
    const child = begin(['backfill', path, '--yes', '--rate', '500'], { environment })
    let said = ''
    child.stdout.on('data', text => (said += text))
    await expect.poll(() => api.got.length, SOON).toBeGreaterThan(0)

    child.kill('SIGINT')
    const [exit] = await once(child, 'close')
    const first = api.got.length
    const rest = await vidsync(['backfill', path, '--yes', '--rate', '10000'], { environment })
    api.close()

    expect(exit).toBe(1)
    expect(said).toContain('To go on: npx vidsync backfill')
    expect(first).toBeLessThan(3_000)
    expect(rest.stdout).toContain('Going on behind row')
    expect(new Set(api.got).size).toBe(3_000)
    expect(api.got).toHaveLength(3_000)
  })

  test('asks for what it needs, before it reads a million rows', async () => {
    const path = written('keys.csv', rows(1, 'k'))

    const refused = await type(['backfill', path, '--yes'], { environment: { WRITE_KEY: 'wrong' } })
    const nameless = await type(['backfill', written('titles.csv', 'usrId,email\n1,a@b.com\n')])
    const asking = await type(['backfill', path])

    expect(refused).toMatchObject({ exit: 2, stderr: expect.stringContaining('WRITE_KEY') })
    expect(nameless).toMatchObject({ exit: 2, stderr: expect.stringContaining('--id') })
    expect(asking).toMatchObject({ exit: 2, stderr: expect.stringContaining('--yes') })
    expect(existsSync(`${path}.progress.json`)).toBe(false)
  })
})

describe('link', () => {
  test('joins users with contacts that HubSpot has; whoever owns one already keeps it', async () => {
    const own = run.hubspot?.seedContact({ email: 'own@example.com' })
    await run.post('identify', { userId: 'l1', traits: { email: 'l1@example.com' } })
    await expect.poll(() => run.get('/v1/users/l1'), SOON).toMatchObject({ body: { status: 'synced' } })
    const taken = run.hubspot?.contactByEmail('l1@example.com')
    const path = written('vids.csv', `id,vid,email\nl2,${own?.vid},other@example.com\nl3,${taken?.vid},\nl4,,\n`)

    const said = await type(['link', path, '--yes'])

    expect(said).toMatchObject({ exit: 1, stderr: '' })
    expect(said.stdout).toContain('1 cannot be sent')
    await expect.poll(() => run.get('/v1/users/l2'), SOON).toMatchObject({ body: { status: 'synced', vid: own?.vid } })
    await expect.poll(() => run.get('/v1/users/l3'), SOON).toMatchObject({ body: { status: 'conflict', vid: null } })
    expect(run.hubspot?.contact(own?.vid ?? '')).toMatchObject({ email: 'own@example.com' })
  })
})
