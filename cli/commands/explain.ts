import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { isCall } from '../../functions/core/parse/calls.ts'
import { isObject } from '../../functions/core/parse/json.ts'
import { type ParsedRequest, parseRequest, Unreadable } from '../../functions/core/parse/request.ts'
import type { Json } from '../../functions/core/types.ts'
import { systemRandom } from '../../functions/runtime/system.ts'
import { CONFIG_OPTIONS } from '../arguments.ts'
import { type Command, EXIT, type Exit, Failed } from '../command.ts'
import { readConfiguration } from '../configuration.ts'
import { JumpingClock } from '../explain/jumping-clock.ts'
import { strangersIn } from '../explain/rehearse.ts'
import { showCalls, showEvent } from '../explain/show.ts'
import { explanationOf, UNKNOWN_SCHEMA } from '../explain/staged.ts'
import { whyUnreadable } from '../unreadable.ts'

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
    const {
      events: told,
      calls,
      account,
    } = await explanationOf(config, events, clock, environment, args.flag('offline'))

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

/** @throws Failed: usage. */
async function readEvent(file: string): Promise<Json> {
  const name = file === '-' ? 'stdin' : file
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch((error: Error) => {
    throw new Failed(EXIT.usage, `${name} cannot be read: ${whyUnreadable(error)}.`)
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
