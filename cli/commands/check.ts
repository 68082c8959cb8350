import { CONFIG_OPTIONS } from '../arguments.ts'
import { type Command, EXIT, type Exit } from '../command.ts'
import { readConfiguration } from '../configuration.ts'
import { reachHubSpot } from '../hubspot.ts'
import { compare } from '../portal/compare.ts'
import { readPortal } from '../portal/read.ts'
import { scopesOf } from '../portal/scopes.ts'
import { countInWords, show } from '../portal/show.ts'
import { wrapped } from '../table.ts'

export const check: Command = {
  name: 'check',
  about: [
    'Reads the account’s properties, events, association labels, lists and subscription types, compares all of sync.config.ts with them, and says what to do about what does not fit. Writes nothing.',
    'Speaks to HubSpot with HUBSPOT_ACCESS_TOKEN; without one to the HubSpot that `npm start` embeds.',
    'Ends with 1 when something will not arrive (with --strict: when anything may not), so that CI can ask.',
  ],
  options: [{ name: 'strict', help: 'warnings count as errors' }, ...CONFIG_OPTIONS],
  examples: [
    ['the account of a token', 'HUBSPOT_ACCESS_TOKEN=pat-… npx vidsync check'],
    ['in CI, with the token as a secret', 'npx vidsync check --strict'],
    ['the embedded HubSpot of `npm start`', 'npx vidsync check'],
    ['for scripts (jq)', 'npx vidsync check --json | jq \'.findings[] | select(.severity == "error")\''],
  ],
  async run({ terminal, args, environment }): Promise<Exit> {
    const config = await readConfiguration(args)
    const { hubspot, baseUrl } = reachHubSpot(environment)
    const portal = await readPortal(hubspot, config)
    const findings = compare(config, portal)
    terminal.say(terminal.paint('dim', `HubSpot account ${portal.id} at ${baseUrl}`))
    show(terminal, findings)
    terminal.say()
    const troubles = findings.filter(({ severity }) => severity !== 'note')
    terminal.say(
      troubles.length > 0
        ? terminal.paint('bold', countInWords(findings))
        : `${terminal.paint('green', '✓')} ${terminal.paint('bold', 'Everything that sync.config.ts speaks of is there.')}`,
    )
    const scopes = scopesOf(config)
    terminal.say()
    for (const line of wrapped(`Scopes that the token needs for all of it: ${scopes.join(', ')}.`, 100))
      terminal.say(terminal.paint('dim', line))
    terminal.answer({ portal: portal.id, findings, scopes })
    const stops = findings.some(
      ({ severity }) => severity === 'error' || (severity === 'warning' && args.flag('strict')),
    )
    return stops ? EXIT.problems : EXIT.ok
  },
}
