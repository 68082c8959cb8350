import { execFile } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROJECT } from '../../cdk/bundling.ts'
import { readContext } from '../../cdk/context.ts'
import { synthesize, type Template } from '../../cdk/synthesize.ts'
import { vidsync } from '../support/command-line.ts'
import { installPacked } from '../support/packed.ts'

const run = promisify(execFile)
let folder: string
let output: string

const FILES = {
  'package.json': '{ "name": "somebodys-app", "type": "module" }',
  // As `cdk init` writes it, but that Node itself runs the app.
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'ES2022',
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      types: ['node'],
    },
    include: ['*.ts'],
  }),
  'sync.config.ts': `
    import { defineConfig } from 'vidsync'
    import { score } from './score.ts'

    export default defineConfig({ contacts: { fields: { score: { compute: score } } } })`,
  'score.ts': `
    import type { Call } from 'vidsync'

    export const score = ({ traits }: Call) => (typeof traits.points === 'number' ? traits.points * 4711 : undefined)`,
  'app.ts': `
    import { App, Stack } from 'aws-cdk-lib'
    import { ApiMapping, DomainName } from 'aws-cdk-lib/aws-apigatewayv2'
    import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
    import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
    import { Topic } from 'aws-cdk-lib/aws-sns'
    import { Vidsync } from 'vidsync/cdk'

    const app = new App({ analyticsReporting: false })
    new Vidsync(new Stack(app, 'vidsync-dev'), 'Vidsync', { stage: 'dev', config: 'sync.config.ts' })

    const product = new Stack(app, 'MyProduct-Prod')
    const hubspotSecret = Secret.fromSecretNameV2(product, 'HubSpot', 'product/hubspot')
    const alarmTopic = new Topic(product, 'OnCall')
    const vidsync = new Vidsync(product, 'Vidsync', { hubspotSecret, alarmTopic })
    const certificate = Certificate.fromCertificateArn(product, 'Tls', 'arn:aws:acm:eu-central-1:1:certificate/c')
    const domainName = new DomainName(product, 'Domain', { domainName: 'events.example.com', certificate })
    new ApiMapping(product, 'Domain.Mapping', { domainName, api: vidsync.api, stage: vidsync.apiStage })
    new Vidsync(product, 'Second', { stage: 'second', hubspotRequestsPer10Seconds: 50 })`,
  'broken.cjs': `
    const { App, Stack } = require('aws-cdk-lib')
    const { Vidsync } = require('vidsync/cdk')
    new Vidsync(new Stack(new App(), 'Broken'), 'Vidsync', { config: process.argv[2] })`,
  'wrong.config.ts': `
    import { defineConfig } from 'vidsync'
    // @ts-expect-error: an editor says so as well
    export default defineConfig({ policies: { deletedUser: 'shout' } })`,
}

beforeAll(async () => {
  folder = installPacked(['aws-cdk-lib', 'constructs', '@types/node'])
  output = join(folder, 'cdk.out')
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
  await run(process.execPath, ['app.ts'], {
    cwd: folder,
    env: { ...process.env, CDK_OUTDIR: output, CDK_CONTEXT_JSON: JSON.stringify(readContext()) },
  })
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const templateOf = (stack: string): Template => JSON.parse(readFileSync(join(output, `${stack}.template.json`), 'utf8'))

/** Without names of resources, which differ by the construct's, and without the functions' code. */
function essentials({ Resources }: Template) {
  const plain = (id: string) => id.replaceAll(/Vidsync|[0-9A-F]{8}/g, '')
  const ids = Object.keys(Resources).sort((a, b) => b.length - a.length)
  const text = ids.reduce(
    (all, id) => all.replaceAll(new RegExp(`\\b${id}\\b`, 'g'), plain(id)),
    JSON.stringify(Resources),
  )
  const resources: Template['Resources'] = JSON.parse(text)
  expect(Object.keys(resources)).toHaveLength(ids.length)
  return Object.fromEntries(
    Object.entries(resources).map(([id, { Type, Properties }]) => {
      const { Code: _, ...rest } = Properties ?? {}
      return [id, { Type, Properties: Type === 'AWS::Lambda::Function' ? rest : Properties }]
    }),
  )
}

const typed = (type: string, { Resources }: Template) => Object.values(Resources).filter(({ Type }) => Type === type)

describe('the construct, in somebody’s own app', () => {
  test('takes a domain of one’s own', () => {
    const [mapping] = typed('AWS::ApiGatewayV2::ApiMapping', templateOf('MyProduct-Prod'))

    expect(mapping?.Properties).toMatchObject({ ApiId: { Ref: 'VidsyncApi' }, Stage: '$default' })
  })

  test('makes what `npx cdk deploy` here deploys', () => {
    expect(essentials(templateOf('vidsync-dev'))).toEqual(essentials(synthesize()))
  })

  test('names everything after itself, so that it clashes with nothing in its stack, a second one included', () => {
    const { Resources, Outputs } = templateOf('MyProduct-Prod')

    for (const name of ['Table', 'Events', 'Deliver']) {
      expect(Resources[`Vidsync${name}`]).toBeDefined()
      expect(Resources[`Second${name}`]).toBeDefined()
    }
    expect(Object.keys(Resources).filter(id => !/^(Vidsync|Second|OnCall|Domain)/.test(id))).toEqual([])
    expect(Outputs).toMatchObject({ VidsyncApiUrl: expect.anything(), SecondApiUrl: expect.anything() })
    expect(Resources.VidsyncDeadLettersAlarm?.Properties).toMatchObject({
      AlarmName: 'vidsync-myproduct-prod-DeadLetters',
    })
    expect(Resources.SecondDeadLettersAlarm?.Properties).toMatchObject({ AlarmName: 'vidsync-second-DeadLetters' })
  })

  test('takes a secret and a topic that there are, and makes none then', () => {
    const template = templateOf('MyProduct-Prod')
    const { Resources } = template

    expect(Resources.VidsyncReceive?.Properties).toMatchObject({
      Environment: { Variables: { SECRET_ID: 'product/hubspot' } },
    })
    expect(JSON.stringify(Resources)).toContain(':secret:product/hubspot-??????')
    expect(Resources.VidsyncSecret).toBeUndefined()
    const { AlarmActions } = Object(Resources.VidsyncPageAlarm?.Properties)
    expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/^OnCall/) }])
    expect(typed('AWS::SNS::Topic', template)).toHaveLength(2)
    expect(typed('AWS::SecretsManager::Secret', template)).toHaveLength(1)
  })

  test('bundles the app’s sync.config.ts, with what it imports, into functions that start', async () => {
    const { S3Key } = Object(templateOf('MyProduct-Prod').Resources.VidsyncRecord?.Properties?.Code)
    const file = join(output, `asset.${String(S3Key).replace('.zip', '')}`, 'index.mjs')
    const environment = { TABLE_NAME: 't', WAKEUPS_QUEUE_URL: 'https://q', AWS_REGION: 'eu-central-1' }

    const { stdout } = await run(
      process.execPath,
      ['--input-type=module', '-e', `console.log(typeof (await import('${pathToFileURL(file)}')).handler)`],
      { cwd: '/', env: environment },
    )

    expect(stdout.trim()).toBe('function')
    expect(readFileSync(file, 'utf8')).toContain('4711')
  })

  test('has the console beside the function that shows it', () => {
    const { S3Key } = Object(templateOf('vidsync-dev').Resources.VidsyncLookup?.Properties?.Code)

    const page = readFileSync(join(output, `asset.${String(S3Key).replace('.zip', '')}`, 'console/index.html'), 'utf8')

    expect(page).toContain('<html')
  })

  test.each([
    ['wrong.config.ts', /wrong\.config\.ts: sync\.config\.ts is not valid:\n {2}policies\.deletedUser: /],
    ['score.ts', /score\.ts: write `export default defineConfig\(\{ … \}\)`/],
    ['none.ts', /There is no .*none\.ts: give the construct the path of your sync\.config\.ts as `config`/],
  ])('says at synthesis what is wrong with %s, in an app of CommonJS, too', async (config, words) => {
    await expect(run(process.execPath, ['broken.cjs', config], { cwd: folder })).rejects.toThrow(words)
  })

  test('has types, for a configuration and an app as `cdk init` makes it', async () => {
    const tsc = join(PROJECT, 'node_modules/.bin/tsc')

    const { stdout } = await run(tsc, ['-p', folder])

    expect(stdout).toBe('')
  })
})

test('the packed command line finds the app’s configuration, which imports from the package', async () => {
  const bin = join(folder, 'node_modules/vidsync/cli/vidsync.cjs')
  const stdin = JSON.stringify({ type: 'identify', userId: 'u1', traits: { email: 'ada@example.com', points: 2 } })

  const version = await vidsync(['--version'], { bin, cwd: folder })
  const explained = await vidsync(['explain', '-', '--offline'], { bin, cwd: folder, stdin })

  expect(version).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^vidsync \d+\.\d+\.\d+\n$/), stderr: '' })
  expect(explained).toMatchObject({ exit: 0, stdout: expect.stringMatching(/score +9422 +sent/), stderr: '' })
})

test('an installed package brings no Node, no emulator and nothing of this repository’s own life', () => {
  const manifest = JSON.parse(readFileSync(join(folder, 'node_modules/vidsync/package.json'), 'utf8'))
  const { dependencies, optionalDependencies, peerDependenciesMeta } = manifest

  expect(optionalDependencies).toBeUndefined()
  expect(Object.keys(dependencies)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/node-linux|local|lite/)]),
  )
  expect(peerDependenciesMeta).toEqual({ 'aws-cdk-lib': { optional: true }, constructs: { optional: true } })
})
