import * as v from 'valibot'
import { Api } from '../api.ts'
import { API_OPTIONS } from '../arguments.ts'
import { type Command, EXIT, type Exit, Failed } from '../command.ts'

const schema = v.looseObject({
  split: v.string(),
  contact: v.string(),
  with: v.string(),
  steps: v.optional(v.array(v.string())),
})

export const resolve: Command = {
  name: 'resolve',
  operands: '<id>',
  operandCount: { least: 1, most: 1 },
  about: [
    'Ends the conflict of a user whose address is a further one of another user’s contact: takes the address off that contact, and gives the user a contact of their own. The other user keeps theirs, with its primary address.',
    'What else may resolve a conflict is said by `npx vidsync conflicts`. Asks first; with --yes it does not.',
  ],
  options: [
    { name: 'split', help: 'give the user a contact of their own (the only way so far)' },
    { name: 'yes', help: 'do it without asking' },
    ...API_OPTIONS,
  ],
  examples: [
    ['who is in conflict?', 'npx vidsync conflicts'],
    ['give them a contact of their own', 'npx vidsync resolve u2 --split'],
  ],
  async run(context): Promise<Exit> {
    const { terminal, args } = context
    const [id = ''] = args.operands
    if (!args.flag('split')) throw new Failed(EXIT.usage, 'Say how: `npx vidsync resolve <id> --split`.')
    const api = await Api.from(context)
    const question = `Take the address of user ${id} off the other user's contact, and give ${id} a contact of their own?`
    if (!args.flag('yes') && !(await terminal.confirm(question))) {
      terminal.say('Nothing was done.')
      return EXIT.ok
    }
    const done = await api.post(`/v1/conflicts/${encodeURIComponent(id.toWellFormed())}/split`, schema)
    if (!done) throw new Failed(EXIT.problems, `vidsync has had no event of user ${JSON.stringify(id)}.`)
    terminal.answer(done)
    if (!done.steps) {
      terminal.say(`${terminal.paint('green', '✓')} It is done within seconds: npx vidsync user ${id}`)
      return EXIT.ok
    }
    terminal.say('HubSpot has no call for it in this version of its API. A person does first:')
    for (const [index, step] of done.steps.entries()) terminal.say(`  ${index + 1}. ${step}`)
    return EXIT.problems
  },
}
