import { wrapped } from '../table.ts'
import type { Style, Terminal } from '../terminal.ts'
import type { Finding } from './finding.ts'

const MARKS: Readonly<Record<Finding['severity'], readonly [Style, string]>> = {
  error: ['red', '✗'],
  warning: ['yellow', '!'],
  note: ['dim', '·'],
}
const ORDER: readonly Finding['severity'][] = ['error', 'warning', 'note']
const WIDTH = 100

/** Prints findings for people, the worst first. */
export function show(terminal: Terminal, findings: readonly Finding[]): void {
  const width = Math.min(terminal.width, WIDTH)
  for (const severity of ORDER) {
    for (const { setting, message, advice } of findings.filter(each => each.severity === severity)) {
      const [style, mark] = MARKS[severity]
      terminal.say()
      terminal.say(`${terminal.paint(style, mark)} ${terminal.paint('bold', setting)}`)
      for (const line of [...wrapped(message, width, '  '), ...wrapped(`→ ${advice}`, width, '  ')]) terminal.say(line)
    }
  }
}

/** `2 errors, 1 warning` */
export function countInWords(findings: readonly Finding[]): string {
  const counts = ORDER.map(severity => [findings.filter(each => each.severity === severity).length, severity] as const)
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}${count === 1 ? '' : 's'}`)
  return told.join(', ') || 'nothing to say'
}
