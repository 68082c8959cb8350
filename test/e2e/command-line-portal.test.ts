import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHubSpot } from '../../local/hubspot/index.ts'
import { type Said, type Typing, vidsync } from '../support/command-line.ts'

const hubspot = createHubSpot({ seed: 41, tokens: ['pat-secret'] })
let url: string
let close: () => Promise<void>
beforeAll(async () => {
  ;({ url, close } = await hubspot.listen())
})
afterAll(() => close())

const folder = mkdtempSync(join(tmpdir(), 'vidsync-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A folder with a configuration, and with files besides it. */
function project(name: string, config: string, files: Readonly<Record<string, unknown>> = {}): string {
  const path = join(folder, name)
  mkdirSync(path)
  writeFileSync(join(path, 'sync.config.ts'), `export default ${config}`)
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), JSON.stringify(content))
  return path
}

const type = (args: readonly string[], cwd: string, { environment, ...typing }: Typing = {}): Promise<Said> =>
  vidsync(args, {
    ...typing,
    cwd,
    environment: { HUBSPOT_BASE_URL: url, HUBSPOT_ACCESS_TOKEN: 'pat-secret', ...environment },
  })

const RICH = `{
  contacts: { fields: { signup_source: { value: 'app' } } },
  events: { names: { 'Order Completed': 'bought' } },
  objects: { companies: { from: 'group', id: 'groupId', uniqueProperty: 'company_id', contact: { labels: ['Owner'] } } },
  lists: { VIP: { when: 'traits.vip' } },
}`

describe('check and setup', () => {
  test('what is missing is found, created once it is asked for, and then there', async () => {
    const cwd = project('rich', RICH)

    const missing = await type(['check', '--json'], cwd)
    const dry = await type(['setup', '--dry-run'], cwd)
    const unasked = await type(['setup'], cwd)
    const still = await type(['check', '--json'], cwd)
    const created = await type(['setup', '--yes', '--json'], cwd)
    const again = await type(['setup', '--yes'], cwd)
    const whole = await type(['check', '--strict'], cwd)

    const codes = JSON.parse(missing.stdout).findings.map(({ code }: { code: string }) => code)
    expect(missing.exit).toBe(1)
    expect(codes).toEqual(
      expect.arrayContaining([
        'missing_property',
        'missing_unique_property',
        'unknown_label',
        'unknown_list',
        'unknown_event',
      ]),
    )
    expect(dry).toMatchObject({ exit: 0, stdout: expect.stringContaining('unique property company_id') })
    expect(unasked).toMatchObject({ exit: 2, stderr: expect.stringContaining('nobody can be asked here: give --yes') })
    expect(still.stdout).toBe(missing.stdout)
    expect(JSON.parse(created.stdout)).toMatchObject({ failed: [], remaining: [] })
    expect(created.exit).toBe(0)
    expect(again).toMatchObject({ exit: 0, stdout: expect.stringContaining('There is nothing to create') })
    expect(whole).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('Everything that sync.config.ts speaks of is there'),
    })
  })

  test('what only a person can do is said, and does not keep the rest from being created', async () => {
    const cwd = project(
      'half',
      `{ contacts: { uniqueProperty: 'other_id', traits: { plan: 'no_such_plan' } }, events: { track: false } }`,
    )

    const { exit, stdout } = await type(['setup', '--yes'], cwd)

    expect(exit).toBe(1)
    expect(stdout).toMatch(/For a person to do:.*no_such_plan.*✓ unique property other_id/s)
  })

  test('a scope that the token lacks is named, and the rest is compared all the same', async () => {
    const cwd = project(
      'scopes',
      `{ lists: { VIP: { when: 'traits.vip' } }, events: { track: false }, contacts: { traits: { plan: 'no_such_plan' } } }`,
    )
    hubspot.setSwitch('missingScopes', ['crm.lists.read'])

    const { exit, stdout } = await type(['check', '--json'], cwd)

    hubspot.setSwitch('missingScopes', [])
    const { findings, scopes } = JSON.parse(stdout)
    expect(exit).toBe(1)
    expect(findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'missing_scope', message: expect.stringContaining('crm.lists.read') }),
        expect.objectContaining({ code: 'missing_property', setting: 'contacts.traits.plan' }),
      ]),
    )
    expect(scopes).toContain('crm.lists.write')
    expect(scopes).not.toContain('analytics.behavioral_events.send')
  })

  test.each([
    ['a wrong token', { HUBSPOT_ACCESS_TOKEN: 'pat-wrong' }, 2, 'does not let the token in'],
    ['a HubSpot that does not answer', { HUBSPOT_BASE_URL: 'http://127.0.0.1:9999' }, 3, 'could not be reached'],
    ['a version that there is not', { HUBSPOT_API_VERSION: 'v4' }, 2, 'must be v3 or 2026-09'],
  ])('%s is said in a sentence, without the token', async (name, environment, exit, sentence) => {
    const cwd = project(name.replaceAll(' ', '-'), '{}')

    const said = await type(['check'], cwd, { environment })

    expect(said).toMatchObject({ exit, stdout: '', stderr: expect.stringContaining(sentence) })
    expect(said.stderr).not.toContain('pat-')
  })

  test('without a token it is the HubSpot embedded by the vidsync that VIDSYNC_URL names', async () => {
    const cwd = project('embedded', '{}')
    const api = new URL(url)
    api.port = String(Number(api.port) - 1)
    const environment = { HUBSPOT_BASE_URL: '', HUBSPOT_ACCESS_TOKEN: '', VIDSYNC_URL: api.href }

    const said = await type(['check'], cwd, { environment })

    // It is reached: only `pat-secret` is let in there.
    expect(said).toMatchObject({ exit: 2, stderr: expect.stringContaining('does not let the token in') })
  })

  test('a configuration that is missing, wrong or none at all is said in a sentence', async () => {
    const wrong = project('wrong', `{ contacts: { tratis: {} } }`)
    const none = project('none', `'nonsense'`)

    expect(await type(['check'], folder)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('There is no sync.config.ts'),
    })
    expect(await type(['check'], wrong)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('tratis: there is no such setting'),
    })
    expect(await type(['check'], none)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('exports no configuration'),
    })
  })
})

describe('explain', () => {
  const EVENT = {
    type: 'identify',
    userId: 'u1',
    traits: {
      email: 'eve@example.com',
      firstName: 'Eve',
      size: 'huge',
      password: 'hidden',
      address: { city: 'Paris' },
    },
  }
  const CONFIG = `{ contacts: { traits: { password: false, size: 'numemployees' } }, events: { track: false } }`

  test('without HubSpot it says where each value would go, and that nobody knows the types', async () => {
    const cwd = project('offline', CONFIG, { 'event.json': EVENT })

    const { exit, stdout } = await type(['explain', 'event.json', '--offline'], cwd)

    expect(exit).toBe(0)
    expect(stdout).toContain('Nobody knows the properties of your HubSpot account')
    expect(stdout).toMatch(/traits\.address\.city +city +Paris +sent/)
    expect(stdout).toMatch(/left out: traits\.password/)
    expect(stdout).toMatch(/POST \/crm\/v3\/objects\/contacts\/batch\/create.*"internal_user_id": "u1"/s)
    expect(stdout).not.toContain('eve@example.com')
  })

  test('with a token it judges by the account, and by the contact that is there; and writes nothing', async () => {
    const cwd = project('online', CONFIG, { 'event.json': EVENT })
    hubspot.defineProperty({ name: 'numemployees', type: 'number' })
    const { vid } = hubspot.seedContact({ email: 'eve@example.com', properties: { city: 'Rome' } })
    const before = hubspot.calls.writes

    const { exit, stdout } = await type(['explain', 'event.json', '--json'], cwd)

    const { account, events, calls } = JSON.parse(stdout)
    expect(exit).toBe(1)
    expect(account).toBe(String(hubspot.portalId))
    expect(events[0].records[0].values).toEqual(
      expect.arrayContaining([
        { name: 'numemployees', from: ['traits.size'], value: 'huge', outcome: 'not_sent', reason: 'is not a number' },
        { name: 'email', from: ['traits.email'], value: 'e***@e***.com', outcome: 'held' },
        { name: 'city', from: ['traits.address.city'], value: 'Paris', outcome: 'sent', sent: 'Paris' },
      ]),
    )
    expect(calls.at(-1)).toMatchObject({
      path: '/crm/v3/objects/contacts/batch/update',
      body: { inputs: [{ id: vid, properties: { city: 'Paris', internal_user_id: 'u1' } }] },
    })
    expect(hubspot.calls.writes).toBe(before)
    expect(hubspot.contact(vid)?.properties.city).toBe('Rome')
  })

  test('an event that would be refused is told as the API tells it, beside those that would not', async () => {
    const cwd = project('batch', CONFIG)
    const stdin = JSON.stringify({ batch: [EVENT, { type: 'identify', traits: {} }] })

    const { exit, stdout } = await type(['explain', '-', '--offline'], cwd, { stdin })

    expect(exit).toBe(1)
    expect(stdout).toMatch(/Event 1 would be refused: The event has neither a userId nor an email/)
    expect(stdout).toContain('contact of user u1')
  })

  test('what is no JSON, or no file, is said in a sentence', async () => {
    const cwd = project('broken', CONFIG)

    expect(await type(['explain', '-'], cwd, { stdin: '{' })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('stdin is not JSON'),
    })
    expect(await type(['explain', 'none.json'], cwd)).toMatchObject({
      exit: 2,
      stderr: 'none.json cannot be read: there is no such file (ENOENT).\n',
    })
  })
})
