import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Said, vidsync } from '../support/command-line.ts'
import { type Run, SOON, startRun } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'vidsync-audit-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const OUT = join(folder, 'audit.csv')

let run: Run
beforeAll(async () => {
  run = await startRun({ hubspot: { seed: 33 } })
})

const type = (args: readonly string[]): Promise<Said> =>
  vidsync(args, {
    environment: { VIDSYNC_URL: run.apiUrl, HUBSPOT_BASE_URL: run.hubspotUrl, HUBSPOT_REQUESTS_PER_10_SECONDS: '1000' },
  })

const hubspot = () => {
  if (!run.hubspot) throw new Error('no HubSpot is embedded')
  return run.hubspot
}

async function identify(userId: string, traits: object): Promise<void> {
  await run.post('identify', { userId, traits })
  await expect
    .poll(() => run.get(`/v1/users/${userId}`), SOON)
    .toMatchObject({ body: { status: expect.not.stringMatching('pending') } })
}
const vidOf = (email: string): string => hubspot().contactByEmail(email)?.vid ?? ''
const findings = (path = OUT): string[] => readFileSync(path, 'utf8').trim().split('\n').slice(1)

test('finds nothing where all is well, and looks at every page', async () => {
  await identify('well', { email: 'well@example.com' })
  for (let n = 0; n < 150; n += 1) hubspot().seedContact({ email: `seed${n}@example.com` })

  const said = await type(['audit', '--out', OUT, '--json'])

  expect(said).toMatchObject({ exit: 0, stderr: '' })
  expect(JSON.parse(said.stdout)).toEqual({ looked: 151, counts: {}, finished: true, findingsIn: OUT })
  expect(findings()).toEqual([])
})

test('finds what is wrong in HubSpot, and changes nothing', async () => {
  for (const name of ['ada', 'bea', 'cleo', 'dora']) await identify(name, { email: `${name}@example.com` })
  const survivor = hubspot().mergeInUi(vidOf('ada@example.com'), vidOf('bea@example.com')).vid
  hubspot().seedContact({ email: 'stray@example.com', properties: { internal_user_id: 'nobody-known' } })
  hubspot().editInUi(vidOf('cleo@example.com'), { email: 'changed@example.com' })
  const before = hubspot().ledger.writes.length

  const said = await type(['audit', '--out', OUT, '--again', '--show-emails', '--json'])

  expect(said).toMatchObject({ exit: 1, stderr: '' })
  const lines = findings()
  expect(lines.find(line => line.startsWith('repeat_vid'))).toMatch(
    new RegExp(`^repeat_vid,(ada,${survivor},bea|bea,${survivor},ada),`),
  )
  expect(lines.find(line => line.startsWith('unowned'))).toContain('stray@example.com')
  expect(lines.find(line => line.startsWith('email_differs,cleo'))).toContain('cleo@example.com,changed@example.com')
  expect(lines.some(line => line.includes('dora'))).toBe(false)
  expect(hubspot().ledger.writes.length).toBe(before)
})

test('says of a file of users who would be adopted, created, merged, and in conflict', async () => {
  const taken = hubspot().seedContact({ email: 'there@example.com' })
  const path = join(folder, 'users.csv')
  writeFileSync(
    path,
    [
      'id,email,hubspot_vid',
      'new-1,nobody-has-it@example.com,',
      'new-2,there@example.com,',
      `new-3,other@example.com,${taken.vid}`,
      'new-4,dora@example.com,',
      'dora,seed5@example.com,',
      'well,well@example.com,',
      ',x@example.com,',
    ].join('\n'),
  )
  const out = join(folder, 'forecast.ndjson')

  const said = await type(['audit', path, '--out', out, '--json'])

  expect(JSON.parse(said.stdout)).toMatchObject({
    looked: 7,
    counts: { create: 1, adopt: 1, conflict: 2, merge: 1, linked: 1, bad_row: 1 },
  })
  const told = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(told.find(({ userId }) => userId === 'new-2')).toMatchObject({ kind: 'adopt', vid: taken.vid })
  expect(told.find(({ userId }) => userId === 'new-3')).toMatchObject({ kind: 'conflict', otherUserId: 'new-2' })
  expect(told.find(({ userId }) => userId === 'new-4')).toMatchObject({ kind: 'conflict', otherUserId: 'dora' })
  expect(told.find(({ userId }) => userId === 'new-1').email).toBe('n***@e***.com')
})
