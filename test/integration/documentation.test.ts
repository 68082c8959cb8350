import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compare } from '../../cli/portal/compare.ts'
import { create } from '../../cli/portal/create.ts'
import { readPortal } from '../../cli/portal/read.ts'
import { type Config, defineConfig } from '../../functions/core/config.ts'
import { isCall } from '../../functions/core/parse/calls.ts'
import { hubSpotClientAt, okOf } from '../support/hubspot-client.ts'
import { type Called, type Pipeline, pipeline } from '../support/pipeline.ts'
import { testSecrets } from '../support/platform.ts'
import { fetchFrom } from '../support/simulated-fetch.ts'

const at = (path: string): URL => new URL(`../../${path}`, import.meta.url)
const page = readFileSync(at('docs/objects.md'), 'utf8')

/** What docs/objects.md shows one after another: a configuration, calls, and what HubSpot holds then. */
interface Example {
  readonly file: string
  readonly configuration: string
  readonly calls: readonly Called[]
  readonly outcome: string
}

const EXAMPLE = /`(examples\/[a-z-]+\.config\.ts)`.*?```ts\n(.*?)```.*?```json\n(.*?)```.*?```text\n(.*?)```/gs
const examples = [...page.matchAll(EXAMPLE)].map(
  ([, file = '', configuration = '', calls = '', outcome = '']): Example => ({
    file,
    configuration,
    calls: calls.trim().split('\n').map(calledBy),
    outcome: outcome.trim(),
  }),
)

function calledBy(line: string): Called {
  const { type, ...said } = JSON.parse(line)
  if (!isCall(type)) throw new Error(`${type} is no type of call`)
  return [type, said]
}

async function configurationIn(file: string): Promise<Config> {
  const module: { readonly default: Parameters<typeof defineConfig>[0] } = await import(at(file).href)
  return defineConfig(module.default)
}

/** A portal in which people have made what only they can make, and `npx vidsync setup` the rest. */
async function setUp(config: Config): Promise<Pipeline> {
  const p = pipeline({ config })
  const { hubspot, clock } = p
  for (const name of Object.keys(config.subscriptions)) hubspot.subscriptions.define(name)
  if (Object.values(config.objects).some(({ type }) => type?.startsWith('2-')))
    hubspot.defineObject({ name: 'workspaces' }, [{ name: 'workspace_name' }])
  for (const [name, { type = name, contact }] of Object.entries(config.objects)) {
    if (contact === false || contact.labelsFrom === undefined) continue
    for (const label of ['Admin', 'Billing']) hubspot.associations.defineLabel('contacts', type, { label })
  }
  const { client } = hubSpotClientAt('https://hubspot.test', {
    fetch: fetchFrom(hubspot, clock),
    secrets: { read: async () => testSecrets },
    clock,
  })
  const found = compare(config, await clock.run(readPortal(client, config)))
  for (const { creation } of found) if (creation) okOf(await clock.run(create(client, creation)))
  const left = compare(config, await clock.run(readPortal(client, config)))
  expect(left.filter(({ severity }) => severity === 'error')).toEqual([])
  return p
}

/** All that HubSpot holds and that a configuration speaks of, as the page tells it. */
function portrait({ hubspot, config }: Pipeline): string[] {
  const contacts = hubspot.contacts()
  const nameOf = (vid: string | undefined): string =>
    contacts.find(contact => contact.vid === vid)?.properties.internal_user_id ?? 'nobody'
  const valuesOf = (names: readonly string[], held: Readonly<Record<string, string>>): string =>
    names.flatMap(name => (held[name] === undefined ? [] : [`${name} ${held[name]}`])).join(', ')
  const objects = Object.entries(config.objects).flatMap(([name, mapping]) => {
    const type = mapping.type ?? name
    const titleOf = (properties: Readonly<Record<string, string>>) => `${name} ${properties[mapping.uniqueProperty]}`
    const all = hubspot.objects(type).all()
    const links = hubspot.associations.between('contacts', type).map(([vid, id, labels]) => {
      const title = titleOf(all.find(each => each.id === id)?.properties ?? {})
      const own = labels.filter(label => label !== 'Primary').sort()
      return `${nameOf(vid)} with ${title}${own.length > 0 ? `: ${own.join(', ')}` : ''}`
    })
    const names = Object.keys(mapping.fields)
    return [...all.map(({ properties }) => `${titleOf(properties)}: ${valuesOf(names, properties)}`), ...links]
  })
  const lists = Object.keys(config.lists).map(name => {
    const members = hubspot.lists.members(name).map(nameOf)
    return `list ${name}: ${members.join(', ') || 'nobody'}`
  })
  const consents = contacts.flatMap(({ email = '' }) =>
    Object.keys(config.subscriptions).map(name => `${email}, ${name}: ${hubspot.subscriptions.of(email)[name]}`),
  )
  const events = hubspot.events.all().map(({ name, recordId, properties }) => {
    return `${nameOf(recordId)} did ${name}: ${valuesOf(Object.keys(properties), properties)}`
  })
  return [...objects, ...lists, ...consents, ...events]
}

describe('what docs/objects.md shows', () => {
  it('are all the examples that there are', () => {
    const files = readdirSync(at('examples'))
      .filter(name => name.endsWith('.config.ts'))
      .map(name => `examples/${name}`)

    expect(examples.map(({ file }) => file).sort()).toEqual(files.sort())
  })

  it.each(examples)('is what $file is, as whoever copies it has it', ({ file, configuration }) => {
    const held = readFileSync(at(file), 'utf8').replace("from '../functions/", "from './functions/")

    expect(configuration).toBe(held)
  })

  it.each(examples)('of $file comes about', async ({ file, calls, outcome }) => {
    const p = await setUp(await configurationIn(file))

    for (const call of calls) {
      await p.callAll([call])
      await p.untilQuiet()
    }

    expect(portrait(p)).toEqual(outcome.split('\n'))
    expect(await p.waiting()).toBe(0)
  })

  it('takes no code: nothing that runs knows of tickets', () => {
    const sources = ['functions', 'local/main.ts', 'cdk'].flatMap(folder => filesIn(folder))
    const withoutComments = (text: string) => text.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, '')
    const knowing = sources.filter(file => /ticket/i.test(withoutComments(readFileSync(at(file), 'utf8'))))

    // The names of HubSpot's own types, for whoever mistypes one.
    expect(knowing).toEqual(['functions/core/mapping/mistakes.ts'])
  })
})

function filesIn(path: string): string[] {
  if (path.endsWith('.ts')) return [path]
  return readdirSync(at(path), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ parentPath, name }) => `${path}/${`${parentPath}/${name}`.slice(at(path).pathname.length + 1)}`)
}
