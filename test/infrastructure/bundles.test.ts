import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bundle, bundle } from '../../cdk/bundle.ts'
import { FUNCTION_NAMES, MOST_KILOBYTES } from '../../cdk/bundling.ts'
import { environmentOf, idOf } from './synthesized.ts'

const directory = mkdtempSync(join(tmpdir(), 'vidsync-bundles-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe.each(FUNCTION_NAMES)('the bundle of %s', name => {
  let made: Bundle
  beforeAll(async () => {
    made = await bundle(name)
  })

  test(`weighs at most ${MOST_KILOBYTES[name]} kB`, () => {
    expect(made.code.byteLength).toBeLessThanOrEqual(MOST_KILOBYTES[name] * 1000)
  })

  test('needs nothing at its start but Node itself', () => {
    const needed = made.imports.filter(
      ({ path, dynamic }) => !dynamic && !builtinModules.includes(path.replace('node:', '')),
    )

    expect(needed).toEqual([])
  })

  test('starts where there is nothing but itself and its environment, and exports its handler', async () => {
    const file = join(directory, `${name}.mjs`)
    writeFileSync(file, made.code)
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', `console.log(typeof (await import(${JSON.stringify(file)})).handler)`],
      { cwd: directory, env: { ...environmentOf(idOf(name)), AWS_REGION: 'eu-central-1' } },
    )

    expect(stdout.trim()).toBe('function')
  })
})
