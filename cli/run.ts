import { readArguments } from './arguments.ts'
import { type Environment, EXIT, type Exit, Failed } from './command.ts'
import { commands } from './commands.ts'
import { helpOf, overview } from './help.ts'
import { nearest } from './nearest.ts'
import { type Streams, Terminal } from './terminal.ts'
import { version } from './version.ts'

/**
 * Carries out one command line.
 * @param typed what stands behind `vidsync`
 */
export async function run(typed: readonly string[], environment: Environment, streams: Streams): Promise<Exit> {
  const asked = (flag: string) => typed.includes(`--${flag}`)
  const terminal = new Terminal(streams, { json: asked('json'), showEmails: asked('show-emails') })
  try {
    return await carryOut(typed, environment, terminal, streams)
  } catch (error) {
    if (!(error instanceof Failed)) {
      // A stack, which may hold what the error is about, only for those who ask.
      const words = error instanceof Error ? (environment.VIDSYNC_DEBUG && error.stack) || error.message : String(error)
      terminal.tell(`vidsync itself has made a mistake: ${words}`)
      terminal.tell('Please report it, with what VIDSYNC_DEBUG=1 shows.')
      return EXIT.problems
    }
    terminal.tell(error.message)
    terminal.answer({ error: error.message })
    return error.exit
  }
}

async function carryOut(
  [name, ...rest]: readonly string[],
  environment: Environment,
  terminal: Terminal,
  streams: Streams,
): Promise<Exit> {
  // Help is for people: what it is asked with, and `--json` besides, changes nothing of it.
  const forPeople = new Terminal(streams)
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const about = commands.find(command => command.name === rest[0])
    if (about) helpOf(forPeople, await about.load())
    else overview(forPeople, commands)
    return name === undefined ? EXIT.usage : EXIT.ok
  }
  if (name === '--version') {
    terminal.say(await version())
    return EXIT.ok
  }
  const listed = commands.find(each => each.name === name)
  if (!listed) throw new Failed(EXIT.usage, `There is no command ${JSON.stringify(name)}${meant(name)} ${LIST}`)
  const command = await listed.load()
  const args = readArguments(command, rest)
  if (args.flag('help')) {
    helpOf(forPeople, command)
    return EXIT.ok
  }
  return command.run({ terminal, args, environment })
}

const LIST = '`npx vidsync --help` lists them.'

/** Somebody may have begun with an option, or with a slip. */
function meant(name: string): string {
  if (name.startsWith('-')) return ': options stand behind the command.'
  const near = nearest(
    name,
    commands.map(each => each.name),
  )
  return near === undefined ? '.' : `: do you mean ${near}?`
}
