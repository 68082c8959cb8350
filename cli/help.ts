import { optionsOf } from './arguments.ts'
import type { Command } from './command.ts'
import type { Listed } from './commands.ts'
import { pairs, wrapped } from './table.ts'
import type { Terminal } from './terminal.ts'

const WIDTH = 100

/** What there is. */
export function overview(terminal: Terminal, commands: readonly Listed[]): void {
  const title = (text: string) => terminal.say(terminal.paint('bold', text))
  terminal.say('Looks after vidsync, which keeps a product’s users and HubSpot’s contacts the same.')
  terminal.say()
  title('USAGE')
  terminal.say('  npx vidsync <command> [options]')
  terminal.say()
  title('COMMANDS')
  for (const line of pairs(commands.map(({ name, summary }) => [name, summary]))) terminal.say(line)
  terminal.say()
  title('ENVIRONMENT')
  for (const line of pairs(ENVIRONMENT)) terminal.say(line)
  terminal.say()
  title('EXIT CODES')
  for (const line of pairs(EXIT_CODES)) terminal.say(line)
  terminal.say()
  terminal.say('`npx vidsync <command> --help` shows options and examples.')
}

const ENVIRONMENT = [
  ['VIDSYNC_URL', 'the API of vidsync; http://127.0.0.1:4000, where `npm start` listens, unless it is set'],
  ['ADMIN_KEY', 'the key for it; `local` on this machine unless it is set'],
  [
    'HUBSPOT_ACCESS_TOKEN',
    'for commands that speak to HubSpot itself; unset: the HubSpot that `npm start` embeds, for check, setup and audit',
  ],
  ['HUBSPOT_BASE_URL', 'https://api.hubapi.com once there is a token'],
  ['HUBSPOT_API_VERSION', 'v3, or 2026-09'],
  ['NO_COLOR', 'no colours'],
] as const

const EXIT_CODES = [
  ['0', 'all is well'],
  ['1', 'it worked, and there are problems to look at'],
  ['2', 'it was not asked rightly, or the key or token is not let in'],
  ['3', 'vidsync or HubSpot cannot be reached'],
] as const

/** How one command is used. */
export function helpOf(terminal: Terminal, command: Command): void {
  const title = (text: string) => terminal.say(terminal.paint('bold', text))
  for (const paragraph of command.about) {
    for (const line of wrapped(paragraph, Math.min(terminal.width, WIDTH))) terminal.say(line)
    terminal.say()
  }
  title('USAGE')
  terminal.say(`  npx vidsync ${[command.name, command.operands, '[options]'].filter(Boolean).join(' ')}`)
  terminal.say()
  title('OPTIONS')
  const options = optionsOf(command).map(
    ({ name, value, help }) => [value ? `--${name} <${value}>` : `--${name}`, help] as const,
  )
  for (const line of pairs(options)) terminal.say(line)
  terminal.say()
  title('EXAMPLES')
  for (const [what, typed] of command.examples) {
    terminal.say(`  ${terminal.paint('dim', `# ${what}`)}`)
    terminal.say(`  $ ${typed}`)
  }
}
