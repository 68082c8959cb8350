import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { begin, type Said, type Typing, vidsync } from '../support/command-line.ts'
import { type Run, SOON, startRun } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'vidsync-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let run: Run
beforeAll(async () => {
  run = await startRun({ hubspot: { seed: 31 } })
})

/** Against the running system. */
const type = (args: readonly string[], { environment, ...typing }: Typing = {}): Promise<Said> =>
  vidsync(args, { ...typing, environment: { VIDSYNC_URL: run.apiUrl, ...environment } })

async function identify(userId: string, traits: object): Promise<void> {
  await run.post('identify', { userId, traits })
  await expect
    .poll(() => run.get(`/v1/users/${encodeURIComponent(userId)}`), SOON)
    .toMatchObject({ body: { status: expect.not.stringMatching('pending') } })
}

describe('status', () => {
  test('says in a line that all is well, without a colour where there is no terminal', async () => {
    const { exit, stdout, stderr } = await type(['status'])

    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout).toMatch(/^✓ All is well/)
    expect(stdout).not.toContain('\u001b')
  })

  test('prints what the API says, as JSON', async () => {
    const { stdout } = await type(['status', '--json'])

    expect(JSON.parse(stdout)).toMatchObject({ conflicts: 0, rejected: 0, pauses: [] })
  })

  test('is watched until Ctrl+C, and then ends cleanly', async () => {
    const watching = begin(['status', '--watch', '--interval', '1', '--json'], {
      environment: { VIDSYNC_URL: run.apiUrl },
    })
    let said = ''
    watching.stdout.on('data', text => (said += text))
    await expect.poll(() => said.trim().split('\n').length, SOON).toBeGreaterThanOrEqual(2)

    watching.kill('SIGINT')

    expect(await once(watching, 'close')).toEqual([0, null])
    expect(
      said
        .trim()
        .split('\n')
        .map(line => JSON.parse(line))[0],
    ).toHaveProperty('due')
  })
})

describe('user', () => {
  test('shows contact, status and problems, with the address masked unless it is asked for', async () => {
    await identify('ada/1 ü', { email: 'ada@example.com', no_such_property: 'x' })

    const shown = await type(['user', 'ada/1 ü'])
    const whole = await type(['user', 'ada/1 ü', '--show-emails'])
    const json = await type(['user', 'ada/1 ü', '--json'])

    expect(shown).toMatchObject({ exit: 1, stderr: '' })
    expect(shown.stdout).toMatch(/synced.*vid +\d+.*a\*\*\*@e\*\*\*\.com.*no_such_property +unknown_property/s)
    expect(whole.stdout).toContain('ada@example.com')
    expect(JSON.parse(json.stdout)).toMatchObject({ userId: 'ada/1 ü', email: 'a***@e***.com', status: 'synced' })
  })

  test('of whom nobody has heard ends with 1 and says so', async () => {
    expect(await type(['user', 'nobody'])).toMatchObject({
      exit: 1,
      stdout: '',
      stderr: expect.stringContaining('no event of user "nobody"'),
    })
  })
})

describe('conflicts', () => {
  test('are listed page by page, with what would resolve them', async () => {
    const none = await type(['conflicts'])
    for (const name of ['bea', 'cleo']) {
      const [email, second] = [`${name}@example.com`, `${name}@second.example.com`]
      run.hubspot?.seedContact({ email, secondaryEmails: [second] })
      await identify(name, { email })
      await identify(`${name}-2`, { email: second })
    }

    const first = await type(['conflicts', '--limit', '1', '--json'])
    const { conflicts, next } = JSON.parse(first.stdout)
    const rest = await type(['conflicts', '--limit', '1', '--after', next, '--json'])
    const all = await type(['conflicts', '--all', '--limit', '1'])
    const status = await type(['status'])

    expect(none).toMatchObject({ exit: 0, stdout: expect.stringContaining('Nobody is in conflict') })
    expect(first.exit).toBe(1)
    const names = [...conflicts, ...JSON.parse(rest.stdout).conflicts].map(({ userId }) => userId)
    expect(names.toSorted()).toEqual(['bea-2', 'cleo-2'])
    expect(all.stdout).toMatch(/bea-2.*cleo-2|cleo-2.*bea-2/s)
    expect(all.stdout).toContain('ask for a split')
    expect(status).toMatchObject({ exit: 1, stdout: expect.stringContaining('2 in conflict') })
  })
})

describe('resolve and retry', () => {
  test('a conflict ends by a split that somebody has agreed to', async () => {
    run.hubspot?.seedContact({ email: 'dora@example.com', secondaryEmails: ['dora@second.example.com'] })
    await identify('dora', { email: 'dora@example.com' })
    await identify('dora-2', { email: 'dora@second.example.com' })

    const unasked = await type(['resolve', 'dora-2', '--split'])
    const vague = await type(['resolve', 'dora-2', '--yes'])
    const wrong = await type(['resolve', 'dora', '--split', '--yes'])
    const done = await type(['resolve', 'dora-2', '--split', '--yes'])

    expect(unasked).toMatchObject({ exit: 2, stderr: expect.stringContaining('give --yes') })
    expect(vague).toMatchObject({ exit: 2, stderr: expect.stringContaining('--split') })
    expect(wrong).toMatchObject({ exit: 1, stderr: expect.stringContaining('in no conflict') })
    expect(done).toMatchObject({ exit: 0, stderr: '' })
    await expect.poll(() => run.get('/v1/users/dora-2'), SOON).toMatchObject({ body: { status: 'synced' } })
  })

  test('a user is looked at at once, after somebody has put HubSpot right', async () => {
    const { vid = '' } =
      run.hubspot?.seedContact({ email: 'emil@example.com', properties: { internal_user_id: 'x' } }) ?? {}
    await identify('emil', { email: 'emil@example.com' })
    const before = await type(['user', 'emil'])
    run.hubspot?.editInUi(vid, { internal_user_id: '' })

    const retried = await type(['retry', 'emil'])

    expect(before).toMatchObject({ exit: 1, stdout: expect.stringContaining('conflict') })
    expect(retried).toMatchObject({ exit: 0, stdout: expect.stringContaining('looked at within seconds') })
    await expect.poll(() => run.get('/v1/users/emil'), SOON).toMatchObject({ body: { status: 'synced', vid } })
    expect(await type(['retry', 'nobody-at-all'])).toMatchObject({ exit: 1 })
  })
})

describe('problems', () => {
  test('what waits for something that HubSpot does not have is listed, and shown with its user', async () => {
    await run.post('track', { userId: 'ghost', event: 'Order Completed', properties: {} })
    const ghosts = async () => JSON.parse((await type(['problems', '--all', '--json'])).stdout).problems
    await expect
      .poll(ghosts, SOON)
      .toContainEqual(expect.objectContaining({ userId: 'ghost', kind: 'event', event: 'order_completed' }))

    const listed = await type(['problems'])
    const user = await type(['user', 'ghost'])

    expect(listed).toMatchObject({ exit: 1, stdout: expect.stringMatching(/ghost +event order_completed +waiting/) })
    expect(user).toMatchObject({ exit: 0, stdout: expect.stringMatching(/pending.*waiting +1 events/s) })
  })
})

describe('what goes wrong', () => {
  test('a wrong key is said, and repeated nowhere', async () => {
    const { exit, stdout, stderr } = await type(['status', '--json'], { environment: { ADMIN_KEY: 'secret-key' } })

    expect(exit).toBe(2)
    expect(stderr).toContain('does not let this admin key in')
    expect(JSON.parse(stdout)).toEqual({ error: stderr.trim() })
    expect(stdout + stderr).not.toContain('secret-key')
  })

  test('the key may stand in a file', async () => {
    const file = join(folder, 'key')
    writeFileSync(file, 'local\n')

    expect(await type(['status', '--admin-key-file', file, '--json'])).toMatchObject({
      exit: expect.any(Number),
      stderr: '',
    })
    expect(await type(['status', '--admin-key-file', join(folder, 'none')])).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('ENOENT'),
    })
  })

  test('nothing is sent to another machine without a key', async () => {
    expect(await type(['status', '--url', 'https://vidsync.example.com'])).toMatchObject({
      exit: 2,
      stderr: 'vidsync.example.com wants an admin key: set ADMIN_KEY, or give --admin-key-file.\n',
    })
  })

  test('an API that does not answer ends with 3, and says how to start one', async () => {
    expect(await type(['status', '--url', 'http://127.0.0.1:9999'])).toMatchObject({
      exit: 3,
      stdout: '',
      stderr: expect.stringMatching(/cannot be reached \(ECONNREFUSED\).*npm start/),
    })
  })

  test('something else that answers is not taken for vidsync', async () => {
    expect(await type(['status', '--url', run.hubspotUrl])).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining('It is not vidsync'),
    })
  })

  test.each([
    [['stauts'], 'do you mean status? '],
    [['--json', 'status'], 'options stand behind the command'],
    [['user'], '<id> is missing'],
    [['user', 'a', 'b'], 'b is too much'],
    [['status', '--nonsense'], "Unknown option '--nonsense'"],
    [['status', '--interval', 'x'], '--interval is "x"; give a whole number'],
    [['status', '--url', 'ftp://x'], 'is no URL of an API'],
    [['status', '--url', 'http://key@127.0.0.1'], 'has a key in it'],
    [['conflicts', '--limit', '101'], 'a whole number from 1 to 100'],
    [['conflicts', '--after', 'nonsense'], '"after" must be'],
  ])('%j is refused with a sentence', async (args, sentence) => {
    expect(await type(args)).toMatchObject({ exit: 2, stderr: expect.stringContaining(sentence) })
  })

  test('help needs neither a server nor a configuration', async () => {
    const overview = await vidsync(['--help'], { cwd: folder })
    const command = await vidsync(['explain', '--help'], { cwd: folder })

    expect(overview).toMatchObject({ exit: 0, stdout: expect.stringContaining('EXIT CODES'), stderr: '' })
    expect(command).toMatchObject({ exit: 0, stdout: expect.stringMatching(/USAGE.*OPTIONS.*EXAMPLES/s), stderr: '' })
  })
})
