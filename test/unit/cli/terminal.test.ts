import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { nearest } from '../../../cli/nearest.ts'
import { table } from '../../../cli/table.ts'
import { Terminal } from '../../../cli/terminal.ts'

/** Where a command prints, and what has been printed. */
function terminal(options: { json?: boolean; showEmails?: boolean } = {}, columns?: number) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const shown = columns === undefined ? stdout : Object.assign(stdout, { isTTY: true, columns })
  return { terminal: new Terminal({ stdin, stdout: shown, stderr }, options), said: () => String(stdout.read() ?? '') }
}

describe('what is printed', () => {
  it('has addresses masked, in JSON too, unless they are asked for', () => {
    const masked = terminal()
    const json = terminal({ json: true })
    const whole = terminal({ showEmails: true })

    masked.terminal.say('of <Ada.L+x@mail.example.co.uk>, or b@b.io.')
    json.terminal.answer({ id: 'ada@example.com', all: ['no address', 'a @ b'] })
    whole.terminal.say('ada@example.com')

    expect(masked.said()).toBe('of <A***@m***.uk>, or b***@b***.io.\n')
    expect(JSON.parse(json.said())).toEqual({ id: 'a***@e***.com', all: ['no address', 'a @ b'] })
    expect(whole.said()).toBe('ada@example.com\n')
  })

  it('draws nothing on the terminal that came from somebody else', () => {
    const { terminal: target, said } = terminal()

    target.say(`name \u001b]0;title\u0007 \u001b[2J \u009b31m end`)

    expect(said()).not.toMatch(/\p{Cc}./u)
  })

  it('is JSON and nothing else where JSON is asked for', () => {
    const { terminal: target, said } = terminal({ json: true })

    target.say('for people')
    target.answer({ due: 0 })

    expect(JSON.parse(said())).toEqual({ due: 0 })
  })
})

describe('a table', () => {
  const rows = [
    { name: 'a', reason: 'short' },
    { name: 'bb', reason: 'so long that it does\nnot fit into a narrow terminal' },
  ]
  const columns = [
    { title: 'name', cell: (row: (typeof rows)[number]) => row.name },
    { title: 'reason', cell: (row: (typeof rows)[number]) => row.reason, gives: true },
  ]

  it('has a line for each row, whatever is in it, as long as it is where nobody looks', () => {
    expect(table(rows, columns, Number.POSITIVE_INFINITY)).toEqual([
      'NAME  REASON',
      'a     short',
      'bb    so long that it does not fit into a narrow terminal',
    ])
  })

  it('fits a narrow terminal', () => {
    const lines = table(rows, columns, 30)

    expect(lines.every(line => line.length <= 30)).toBe(true)
    expect(lines.at(-1)).toBe('bb    so long that it does no…')
  })
})

it.each([
  ['stauts', 'status'],
  ['first_name', 'firstname'],
  ['plan_name', undefined],
])('who writes %s means %s', (name, meant) => {
  expect(nearest(name, ['status', 'firstname', 'lastname'])).toBe(meant)
})
