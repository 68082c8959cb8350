import { identityProperties } from '../../functions/core/delivery/answers.ts'
import { sha256 } from '../../functions/core/digest.ts'
import { Api } from '../api.ts'
import { API_OPTIONS, CONFIG_OPTIONS } from '../arguments.ts'
import { type AuditOf, auditFile, auditHubSpot } from '../audit/audit.ts'
import { type Kind, MEANINGS, TROUBLES } from '../audit/finding.ts'
import { Report } from '../audit/report.ts'
import { type Command, type Environment, EXIT, type Exit, Failed } from '../command.ts'
import { readConfiguration } from '../configuration.ts'
import { reachHubSpot } from '../hubspot.ts'
import { number } from '../progress.ts'

const USUAL_OUT = 'audit.csv'
const USUAL_PACE = 100
/** Of the pace: deliveries need the rest. */
const SHARE = 0.1

export const audit: Command = {
  name: 'audit',
  operands: '[users.csv|users.ndjson]',
  operandCount: { least: 0, most: 1 },
  about: [
    'Compares all contacts in HubSpot with what vidsync knows, and changes nothing: users who share a contact, users whose address is a further one of a contact, contacts that carry a user id and that no user owns, addresses that differ. It needs HubSpot’s token and the admin key.',
    'With a file of users, as `backfill` takes it: who of them would get a contact that is there, a new one, or a conflict. Of two users in the file who would get the same contact, the first does.',
    'It makes a tenth of the calls that HUBSPOT_REQUESTS_PER_10_SECONDS allows, 100 contacts a call. Findings go into a file as they are found; Ctrl+C costs nothing: the same command goes on. Ends with 1 when somebody should look.',
  ],
  options: [
    { name: 'out', value: 'file', help: `where the findings go, .csv or .ndjson: ${USUAL_OUT}` },
    { name: 'again', help: 'begin anew, though an earlier run has come a part of the way' },
    { name: 'id', value: 'column', help: 'the column with your user ids, where it is not userId, user_id or id' },
    ...CONFIG_OPTIONS,
    ...API_OPTIONS,
  ],
  examples: [
    ['is everything as it should be?', 'HUBSPOT_ACCESS_TOKEN=pat-… npx vidsync audit'],
    ['what would a backfill do?', 'HUBSPOT_ACCESS_TOKEN=pat-… npx vidsync audit users.csv --out forecast.csv'],
    ['addresses in full', 'npx vidsync audit --out audit.ndjson --show-emails'],
  ],
  async run(context): Promise<Exit> {
    const { terminal, args, environment } = context
    const config = await readConfiguration(args)
    const api = await Api.from(context)
    const { hubspot, baseUrl } = reachHubSpot(environment, paceIn(environment))
    const ending = new AbortController()
    process.once('SIGINT', () => ending.abort()).once('SIGTERM', () => ending.abort())
    const [path] = args.operands
    const job = sha256([path ?? '', api.url, baseUrl, args.text('id') ?? '', args.flag('show-emails')].join('\n'))
    const report = new Report(args.text('out') ?? USUAL_OUT, job, args.flag('show-emails'))
    const { uniqueProperty } = config.contacts
    const of: AuditOf = {
      hubspot,
      api,
      report,
      terminal,
      uniqueProperty,
      properties: identityProperties(uniqueProperty),
      anew: args.flag('again'),
      ended: ending.signal,
    }
    const { looked, counts, next } =
      path === undefined ? await auditHubSpot(of) : await auditFile(of, path, args.text('id'))
    const what = path === undefined ? 'contacts' : 'users'
    const stopped = next !== undefined
    terminal.say(
      stopped
        ? `Stopped after ${number(looked)} ${what}. To go on, give the same command again.`
        : `${terminal.paint('green', '✓')} ${number(looked)} ${what} looked at; HubSpot: ${baseUrl}`,
    )
    const kinds = Object.keys(MEANINGS).filter((kind): kind is Kind => counts[kind] !== undefined)
    if (kinds.length > 0) terminal.say()
    terminal.pairs(kinds.map(kind => [kind, `${number(counts[kind] ?? 0).padStart(7)}  ${MEANINGS[kind]}`]))
    if (kinds.length > 0) terminal.say()
    terminal.say(kinds.length > 0 ? `Each of them is in ${report.path}.` : 'Nothing was found.')
    terminal.answer({ looked, counts, finished: !stopped, findingsIn: report.path })
    return stopped || kinds.some(kind => TROUBLES.includes(kind)) ? EXIT.problems : EXIT.ok
  },
}

function paceIn({ HUBSPOT_REQUESTS_PER_10_SECONDS: given }: Environment): number {
  const pace = given?.trim() ? Number(given) : USUAL_PACE
  if (!(pace >= 1)) throw new Failed(EXIT.usage, 'HUBSPOT_REQUESTS_PER_10_SECONDS must be a number of calls.')
  return Math.max(1, Math.floor(pace * SHARE))
}
