import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle } from '../../cdk/bundle.ts'
import { FUNCTION_NAMES, PROJECT } from '../../cdk/bundling.ts'
import { readContext } from '../../cdk/context.ts'
import { synthesize, type Template } from '../../cdk/synthesize.ts'
import { idOf } from './synthesized.ts'

const withoutCode = ({ Resources }: Template) =>
  Object.fromEntries(
    Object.entries(Resources).map(([name, { Type, Properties }]) => {
      const { Code: _, ...rest } = Properties ?? {}
      return [name, { Type, Properties: Type === 'AWS::Lambda::Function' ? rest : Properties }]
    }),
  )

describe('the template that the local run reads', () => {
  test('is made within two seconds', () => {
    const times = [1, 2].map(() => {
      const start = performance.now()
      synthesize()
      return performance.now() - start
    })

    // The better one: the machine may be busy with other tests.
    expect(Math.min(...times)).toBeLessThan(2000)
  })

  test('follows a change of the stack', () => {
    const { Resources } = synthesize({
      alter: stack => {
        Object.assign(Object(stack.vidsync.queues.wakeUps.node.defaultChild), { delaySeconds: 7 })
      },
    })

    expect(Resources.WakeUps?.Properties?.DelaySeconds).toBe(7)
  })
})

describe('the template that is deployed', () => {
  const output = mkdtempSync(join(tmpdir(), 'vidsync-synth-'))
  const templateFile = join(output, 'vidsync-dev.template.json')
  afterAll(() => rmSync(output, { recursive: true, force: true }))

  beforeAll(async () => {
    // What the CDK's command line does, where there is no Docker, no network and no AWS account.
    await promisify(execFile)(process.execPath, ['cdk/app.ts'], {
      cwd: PROJECT,
      env: {
        PATH: process.env.PATH,
        HOME: output,
        CDK_OUTDIR: output,
        CDK_CONTEXT_JSON: JSON.stringify(readContext()),
        CDK_DOCKER: '/there/is/no/docker',
        HTTPS_PROXY: 'http://127.0.0.1:9',
        npm_config_offline: 'true',
      },
    })
  }, 120_000)

  test('is the one that the local run reads, but for the code', () => {
    const deployed: Template = JSON.parse(readFileSync(templateFile, 'utf8'))

    expect(withoutCode(deployed)).toEqual(withoutCode(synthesize()))
  })

  test.each(FUNCTION_NAMES)(
    'carries the very bundle of %s that was measured, and no map of its sources',
    async name => {
      const deployed: Template = JSON.parse(readFileSync(templateFile, 'utf8'))
      const { S3Key } = Object(deployed.Resources[idOf(name)]?.Properties?.Code)
      const asset = join(output, `asset.${String(S3Key).replace('.zip', '')}`)

      const code = readFileSync(join(asset, 'index.mjs'))

      expect(code.equals((await bundle(name)).code)).toBe(true)
      expect(existsSync(join(asset, 'index.mjs.map'))).toBe(false)
    },
  )
})
