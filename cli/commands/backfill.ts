import { readTime } from '../../functions/core/parse/time.ts'
import { API_OPTIONS, type Arguments, CONFIG_OPTIONS } from '../arguments.ts'
import { bringIn, SENDING_OPTIONS } from '../backfill/bring-in.ts'
import { type Command, EXIT, type Exit, Failed } from '../command.ts'
import { callIn, columnsOf } from '../rows/call.ts'
import { openRows, type RowsFile } from '../rows/open.ts'

export const backfill: Command = {
  name: 'backfill',
  operands: '<users.csv|users.ndjson>',
  operandCount: { least: 1, most: 1 },
  about: [
    'Brings users in whom your product has already: each row is sent as an identify call, with your write key (WRITE_KEY), at bulk priority, so that live events overtake. All rows are checked before the first is sent; those that cannot be sent go into a file beside yours, with the reasons.',
    'CSV: a column with your user ids (userId, user_id, id, or --id), and one for each trait, titled as the trait (address.city is the city in address). An empty cell says nothing. NDJSON: an object in each line, with the same names, or an identify call as your product sends it. Of both, hubspot_vid is the id of the contact that HubSpot already has for the user, and timestamp the moment as of which the row is true.',
    'Rows without a timestamp are as of the moment when the file was written, or of --as-of: what vidsync has heard since stays. Ctrl+C or a crash costs nothing: the same command goes on. What is sent twice folds to nothing.',
  ],
  options: [
    { name: 'as-of', value: 'time', help: 'when the rows were true, as 2026-11-22T09:00Z: when the file was written' },
    ...SENDING_OPTIONS,
    ...CONFIG_OPTIONS,
    ...API_OPTIONS,
  ],
  examples: [
    ['what would become of it?', 'HUBSPOT_ACCESS_TOKEN=pat-… npx vidsync backfill users.csv --dry-run'],
    ['send it', 'WRITE_KEY=… npx vidsync backfill users.csv'],
    ['where nobody can be asked', 'npx vidsync backfill users.ndjson --yes --json'],
    ['what HubSpot still has to get', 'npx vidsync status --watch'],
  ],
  async run(context): Promise<Exit> {
    const { args } = context
    const [path = ''] = args.operands
    const file = await openRows(path)
    const columns = columnsOf(file, args.text('id'))
    return await bringIn(context, {
      command: `npx vidsync backfill ${path}`,
      file,
      how: ['backfill', columns.userId, args.text('as-of') ?? ''],
      asOf: asOfIn(args, file),
      callsAsOf: asOf => row => callIn(row, columns, file, asOf),
    })
  },
}

function asOfIn(args: Arguments, file: RowsFile): Date {
  const text = args.text('as-of')
  if (text === undefined) return file.writtenAt
  const time = readTime(text)
  if (time !== undefined && time <= Date.now()) return new Date(time)
  throw new Failed(EXIT.usage, `--as-of is ${JSON.stringify(text)}; give a moment that is over, as 2026-11-22T09:00Z.`)
}
