import * as v from 'valibot'
import { Api } from '../api.ts'
import { API_OPTIONS } from '../arguments.ts'
import { type Command, EXIT, type Exit, Failed } from '../command.ts'

const schema = v.looseObject({ retried: v.string() })

export const retry: Command = {
  name: 'retry',
  operands: '<id>',
  operandCount: { least: 1, most: 1 },
  about: [
    'Looks at a user, and at whatever of theirs waits or was refused, now rather than at the next probe: after somebody has put HubSpot right. It harms nothing.',
    'A value that HubSpot has refused is only sent again once the value or its property is another.',
  ],
  options: [...API_OPTIONS],
  examples: [['the address is free by now', 'npx vidsync retry u1']],
  async run(context): Promise<Exit> {
    const { terminal, args } = context
    const [id = ''] = args.operands
    const api = await Api.from(context)
    const done = await api.post(`/v1/users/${encodeURIComponent(id.toWellFormed())}/retry`, schema)
    if (!done) throw new Failed(EXIT.problems, `vidsync has had no event of user ${JSON.stringify(id)}.`)
    terminal.say(`${terminal.paint('green', '✓')} It is looked at within seconds: npx vidsync user ${id}`)
    terminal.answer(done)
    return EXIT.ok
  },
}
