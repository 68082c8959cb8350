import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { vidsync } from '../support/command-line.ts'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'vidsync-packed-'))
const installed = join(folder, 'node_modules', 'vidsync')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(() => {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: PROJECT, stdio: 'pipe' })
  const [tarball = ''] = readdirSync(folder).filter(name => name.endsWith('.tgz'))
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['xzf', join(folder, tarball), '--strip-components=1', '-C', installed])
  // What npm would install beside it is here already.
  for (const name of readdirSync(join(PROJECT, 'node_modules')).filter(each => !each.startsWith('.')))
    symlinkSync(join(PROJECT, 'node_modules', name), join(folder, 'node_modules', name))
})

test('the packed package has the command line, which needs no build where Node strips no types', async () => {
  const bin = join(installed, 'cli', 'vidsync.cjs')
  writeFileSync(join(folder, 'sync.config.ts'), 'export default { contacts: { traits: { plan: "plan_name" } } }')
  const stdin = JSON.stringify({ type: 'identify', userId: 'u1', traits: { plan: 'pro' } })

  const version = await vidsync(['--version'], { bin, cwd: folder })
  const explained = await vidsync(['explain', '-', '--offline'], { bin, cwd: folder, stdin })

  expect(version).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^vidsync \d+\.\d+\.\d+\n$/), stderr: '' })
  expect(explained).toMatchObject({
    exit: 0,
    stdout: expect.stringMatching(/traits\.plan +plan_name +pro +sent/),
    stderr: '',
  })
})
