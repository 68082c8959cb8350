import { API_OPTIONS, CONFIG_OPTIONS } from '../arguments.ts'
import { bringIn, SENDING_OPTIONS } from '../backfill/bring-in.ts'
import { type Command, EXIT, type Exit, Failed } from '../command.ts'
import { columnsOf, linkIn } from '../rows/call.ts'
import { openRows } from '../rows/open.ts'

/** Besides the titles that `backfill` knows. */
const VID = ['vid']

export const link: Command = {
  name: 'link',
  operands: '<users.csv|users.ndjson>',
  operandCount: { least: 1, most: 1 },
  about: [
    'Tells vidsync which contact HubSpot already has for a user, where your product has kept HubSpot’s ids: a column with your user ids (userId, user_id, id, or --id) and one with HubSpot’s (hubspot_vid or vid). Other columns are left out.',
    'Nothing is believed unread: vidsync reads each contact before it writes, and one that is another user’s stays theirs: `npx vidsync conflicts` lists those. Who has a contact already keeps it. Link before you backfill, so that no contact is looked for by its address.',
  ],
  options: [...SENDING_OPTIONS, ...CONFIG_OPTIONS, ...API_OPTIONS],
  examples: [
    ['what would become of it?', 'npx vidsync link vids.csv --dry-run'],
    ['send it', 'WRITE_KEY=… npx vidsync link vids.csv'],
  ],
  async run(context): Promise<Exit> {
    const { args } = context
    const [path = ''] = args.operands
    const file = await openRows(path)
    const columns = columnsOf(file, args.text('id'), VID)
    if (file.columns && !columns.vid.some(name => file.columns?.includes(name)))
      throw new Failed(
        EXIT.usage,
        `${path} has no column ${columns.vid.join(' or ')}: it has ${file.columns.join(', ')}.`,
      )
    return await bringIn(context, {
      command: `npx vidsync link ${path}`,
      file,
      how: ['link', columns.userId],
      asOf: file.writtenAt,
      callsAsOf: asOf => row => linkIn(row, columns, file, asOf),
    })
  },
}
