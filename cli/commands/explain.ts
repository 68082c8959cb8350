import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { Config } from '../../functions/core/config.ts'
import type { UserEvent } from '../../functions/core/event.ts'
import { sayingsOf } from '../../functions/core/mapping/saying.ts'
import { isCall } from '../../functions/core/parse/calls.ts'
import { isObject } from '../../functions/core/parse/json.ts'
import { type ParsedRequest, parseRequest, Unreadable } from '../../functions/core/parse/request.ts'
import type { Json } from '../../functions/core/types.ts'
import { systemRandom } from '../../functions/runtime/system.ts'
import { CONFIG_OPTIONS } from '../arguments.ts'
import { type Command, type Environment, EXIT, type Exit, Failed } from '../command.ts'
import { readConfiguration } from '../configuration.ts'
import { cast } from '../explain/cast.ts'
import { dressAs, dressToFit } from '../explain/dress.ts'
import { explain as explained } from '../explain/explanation.ts'
import { JumpingClock } from '../explain/jumping-clock.ts'
import { rehearse, strangersIn } from '../explain/rehearse.ts'
import { showCalls, showEvent } from '../explain/show.ts'
import { sourcesOf } from '../explain/sources.ts'
import { Stage } from '../explain/stage.ts'
import { namesHubSpot, reachHubSpot, versionIn } from '../hubspot.ts'
import { readPortal } from '../portal/read.ts'

export const explain: Command = {
  name: 'explain',
  operands: '<event.json>',
  operandCount: { least: 1, most: 1 },
  about: [
    'Reads an event as your product sends it (or a batch: {"batch": […]}; `-` is stdin), lets it go through all of vidsync on this machine, with your sync.config.ts, and shows what becomes of each value and which calls HubSpot would get. Sends nothing and writes nothing.',
    'With HUBSPOT_ACCESS_TOKEN it reads your account first: its properties, and the contacts that the event is about. Without, nobody knows the types of your properties: every property is taken for a text that exists.',
    'What vidsync already knows of the user plays no part; who is not identified in the file is taken to have a contact. Ends with 1 when a value would not arrive.',
  ],
  options: [{ name: 'offline', help: 'do not read the HubSpot account, even with a token' }, ...CONFIG_OPTIONS],
  examples: [
    ['without HubSpot', 'npx vidsync explain event.json'],
    ['judged by your account', 'HUBSPOT_ACCESS_TOKEN=pat-… npx vidsync explain event.json'],
    ['from stdin', `echo '{"type":"identify","userId":"u1","traits":{"plan":"pro"}}' | npx vidsync explain -`],
  ],
  async run({ terminal, args, environment }): Promise<Exit> {
    const config = await readConfiguration(args)
    const [file = ''] = args.operands
    const clock = new JumpingClock(Date.now())
    const { accepted, rejected } = parsed(await readEvent(file), clock.now())
    const events = accepted.map(({ event }) => event)
    const { stage, account } = await staged(config, events, clock, environment, args.flag('offline'))
    const keys = [...new Set(events.flatMap(event => sayingsOf(event, stage.config)).map(({ key }) => key))]
    const rehearsal = await rehearse(stage, clock, events, keys)
    const told = events.map(event => {
      const sayings = sayingsOf(event, stage.config)
      return explained(event, sayings, sourcesOf(event, stage.config), rehearsal, words => stage.asOfPortal(words))
    })
    // What the account is asked for only because this process is new is no call of the event's.
    const calls = rehearsal.calls.filter(({ method }) => method !== 'GET')

    terminal.say(
      account
        ? terminal.paint('dim', `Judged by HubSpot account ${account}, as if vidsync had not heard of the user before.`)
        : terminal.paint('yellow', UNKNOWN_SCHEMA),
    )
    for (const { index, message } of rejected) {
      terminal.say()
      terminal.say(`${terminal.paint('red', '✗')} Event ${index} would be refused: ${message}`)
    }
    for (const key of strangersIn(events)) {
      terminal.say()
      terminal.say(
        terminal.paint(
          'dim',
          `The ${key.replace('#', ' ')} is taken to have a contact already: no event here says who it is.`,
        ),
      )
    }
    for (const event of told) showEvent(terminal, event)
    if (events.length > 0) showCalls(terminal, calls)
    if (calls.length > 0) {
      terminal.say()
      terminal.say(terminal.paint('dim', 'Nothing was sent. Ids of what is not in HubSpot yet are made up.'))
    }
    terminal.answer({ account: account ?? null, rejected, events: told, calls })
    const lost = told.some(({ records }) =>
      records.some(({ values, trouble }) => trouble || values.some(({ outcome }) => outcome === 'not_sent')),
    )
    return rejected.length > 0 || lost ? EXIT.problems : EXIT.ok
  },
}

const UNKNOWN_SCHEMA =
  'Nobody knows the properties of your HubSpot account here: each is taken for a text that exists. Set HUBSPOT_ACCESS_TOKEN to have types judged.'

/** @throws Failed: usage. */
async function readEvent(file: string): Promise<Json> {
  const name = file === '-' ? 'stdin' : file
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch((error: Error) => {
    throw new Failed(EXIT.usage, `${name} cannot be read: ${'code' in error ? String(error.code) : error.message}.`)
  })
  try {
    return JSON.parse(content)
  } catch (error) {
    throw new Failed(EXIT.usage, `${name} is not JSON: ${error instanceof Error ? error.message : ''}`)
  }
}

/** As `receive` reads it. @throws Failed: usage. */
function parsed(body: Json, receivedAt: number): ParsedRequest {
  const reception = { receivedAt, source: 'explain', newId: systemRandom.id }
  const type = isObject(body) && typeof body.type === 'string' && isCall(body.type) ? body.type : undefined
  const batch = type === undefined && !(isObject(body) && 'batch' in body) ? { batch: [body] } : body
  try {
    return parseRequest(type ?? 'batch', batch, reception)
  } catch (error) {
    if (error instanceof Unreadable) throw new Failed(EXIT.usage, error.message)
    throw error
  }
}

/** Everything that the events need of a HubSpot. @throws Failed */
async function staged(
  config: Config,
  events: readonly UserEvent[],
  clock: JumpingClock,
  environment: Environment,
  offline: boolean,
): Promise<{ stage: Stage; account: string | undefined }> {
  const stage = new Stage(config, clock, versionIn(environment))
  const sayings = events.flatMap(event => sayingsOf(event, stage.config))
  if (offline || !namesHubSpot(environment)) {
    await dressToFit(stage, sayings)
    return { stage, account: undefined }
  }
  const { hubspot } = reachHubSpot(environment)
  const portal = await readPortal(hubspot, config)
  await dressAs(stage, portal)
  await cast(stage, hubspot, sayings, config)
  return { stage, account: portal.id }
}
