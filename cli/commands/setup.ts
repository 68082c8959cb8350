import { CONFIG_OPTIONS } from '../arguments.ts'
import { type Command, EXIT, type Exit } from '../command.ts'
import { readConfiguration } from '../configuration.ts'
import { reachHubSpot } from '../hubspot.ts'
import { compare } from '../portal/compare.ts'
import { type Creating, create } from '../portal/create.ts'
import { type Creation, creationInWords } from '../portal/finding.ts'
import { readPortal, unanswered } from '../portal/read.ts'
import { show } from '../portal/show.ts'
import type { Terminal } from '../terminal.ts'

export const setup: Command = {
  name: 'setup',
  about: [
    'Creates the unique properties, properties, association labels and static lists that sync.config.ts speaks of and HubSpot lacks, and custom events that the first call is not to create. Changes and deletes nothing; a second run finds nothing left to do.',
    'First says what it would create, then asks; with --yes it does not ask. What only a person can do is listed, as `npx vidsync check` does.',
  ],
  options: [
    { name: 'dry-run', help: 'only say what would be created' },
    { name: 'yes', help: 'create it without asking' },
    ...CONFIG_OPTIONS,
  ],
  examples: [
    ['what would it create?', 'HUBSPOT_ACCESS_TOKEN=pat-… npx vidsync setup --dry-run'],
    ['create it', 'HUBSPOT_ACCESS_TOKEN=pat-… npx vidsync setup'],
    ['create it where nobody can be asked', 'npx vidsync setup --yes'],
  ],
  async run({ terminal, args, environment }): Promise<Exit> {
    const config = await readConfiguration(args)
    const { hubspot, baseUrl } = reachHubSpot(environment)
    const portal = await readPortal(hubspot, config)
    const findings = compare(config, portal)
    const plan = findings.flatMap(({ creation }) => creation ?? [])
    const remaining = findings.filter(({ creation, severity }) => !creation && severity !== 'note')
    const exit = remaining.some(({ severity }) => severity === 'error') ? EXIT.problems : EXIT.ok

    terminal.say(terminal.paint('dim', `HubSpot account ${portal.id} at ${baseUrl}`))
    if (remaining.length > 0) {
      terminal.say()
      terminal.say('For a person to do:')
      show(terminal, remaining)
    }
    terminal.say()
    if (plan.length === 0) {
      terminal.say(`${terminal.paint('green', '✓')} There is nothing to create.`)
      terminal.answer({ portal: portal.id, plan, created: [], failed: [], remaining })
      return exit
    }
    terminal.say(args.flag('dry-run') ? 'Would be created:' : 'To be created:')
    for (const creation of plan) terminal.say(`  ${terminal.paint('green', '+')} ${creationInWords(creation)}`)
    if (args.flag('dry-run')) {
      terminal.answer({ portal: portal.id, plan, created: [], failed: [], remaining })
      return exit
    }
    const count = plan.length === 1 ? 'it' : `these ${plan.length}`
    if (!args.flag('yes') && !(await terminal.confirm(`Create ${count} in HubSpot account ${portal.id}?`))) {
      terminal.say('Nothing was created.')
      return EXIT.ok
    }
    const { created, failed } = await carryOut(hubspot, plan, terminal)
    terminal.answer({ portal: portal.id, plan, created, failed, remaining })
    return failed.length > 0 ? EXIT.problems : exit
  },
}

/** One after the other; what fails costs only itself. */
async function carryOut(hubspot: Creating, plan: readonly Creation[], terminal: Terminal) {
  const created: Creation[] = []
  const failed: (Creation & { readonly reason: string })[] = []
  terminal.say()
  for (const creation of plan) {
    const answer = await create(hubspot, creation)
    if (answer.kind === 'ok') {
      created.push(creation)
      terminal.say(`${terminal.paint('green', '✓')} ${creationInWords(creation)}`)
      continue
    }
    const reason = unanswered(answer).message
    failed.push({ ...creation, reason })
    terminal.say(`${terminal.paint('red', '✗')} ${creationInWords(creation)}: ${reason}`)
  }
  return { created, failed }
}
