import type { Style, Terminal } from '../terminal.ts'
import { type ExplainedEvent, type ExplainedValue, isWrite } from './explanation.ts'
import type { RehearsedCall } from './stage.ts'

const OUTCOMES: Readonly<Record<ExplainedValue['outcome'], readonly [Style, string]>> = {
  sent: ['green', 'sent'],
  held: ['dim', 'HubSpot has it already, or takes it only with a new record'],
  not_sent: ['red', 'not sent'],
  waits: ['yellow', 'waits'],
}

/** Prints what becomes of an event, value by value. */
export function showEvent(terminal: Terminal, { type, records, unused }: ExplainedEvent): void {
  terminal.say()
  terminal.say(terminal.paint('bold', type))
  if (type === 'alias')
    terminal.say('  one id becomes another’s; what that does hangs on the contacts of both: docs/delivery.md')
  else if (records.length === 0) terminal.say('  sync.config.ts makes nothing of it')
  for (const { title, values, trouble } of records) {
    terminal.say()
    terminal.say(`  ${title}${trouble ? `  ${terminal.paint('yellow', trouble)}` : ''}`)
    terminal.table(
      values,
      [
        { title: 'from', cell: ({ from }) => from.join(', ') || '–' },
        { title: 'to', cell: ({ name }) => name },
        { title: 'value', cell: ({ value }) => (value === null ? '' : value === '' ? '(cleared)' : String(value)) },
        { title: 'what becomes of it', cell: each => outcomeInWords(terminal, each) },
      ],
      '  ',
    )
  }
  if (unused.length === 0) return
  terminal.say()
  terminal.say(`  left out: ${unused.join(', ')}`)
}

function outcomeInWords(terminal: Terminal, { outcome, sent, value, reason }: ExplainedValue): string {
  const [style, words] = OUTCOMES[outcome]
  const as = sent !== undefined && sent !== String(value) ? ` as ${sent === '' ? 'empty' : sent}` : ''
  const why = reason === undefined ? '' : `: ${reason}`
  return terminal.paint(style, words) + (outcome === 'sent' ? as : '') + why
}

/** Prints calls as they would go to HubSpot, those that write with all that they say. */
export function showCalls(terminal: Terminal, calls: readonly RehearsedCall[]): void {
  terminal.say()
  terminal.say(terminal.paint('bold', calls.length === 0 ? 'HubSpot is not called.' : 'Calls to HubSpot'))
  for (const call of calls) {
    const { method, path, body } = call
    terminal.say()
    terminal.say(`  ${terminal.paint(isWrite(call) ? 'cyan' : 'dim', `${method} ${path}`)}`)
    if (body === undefined) continue
    const text = isWrite(call) ? JSON.stringify(body, null, 2) : JSON.stringify(body)
    for (const line of text.split('\n')) terminal.say(`  ${terminal.paint('dim', line)}`)
  }
}
