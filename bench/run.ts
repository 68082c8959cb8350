import { fork } from 'node:child_process'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { MEASURES } from './measures.ts'
import { machine, writeSection } from './readme.ts'
import { type Row, type Sheet, tableOf } from './row.ts'

/**
 * `npm run bench`: measures what it is told to, everything but the long ones when it is told nothing, and prints each
 * table as soon as it is there. `--write` puts them into bench/README.md, too.
 */
const told = process.argv.slice(2)
const names = told.filter(word => word !== '--write')
const unknown = names.filter(name => !MEASURES.some(measure => isNamed(measure.name, name)))
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. There are: ${MEASURES.map(({ name }) => name).join(', ')}.`)
  process.exit(1)
}
const chosen = MEASURES.filter(({ name, long }) =>
  names.length > 0 ? names.some(each => isNamed(name, each)) : long !== true,
)

console.log(`${machine()}\n`)
for (const { name, title } of chosen) {
  const begun = performance.now()
  const result = await measured(name).catch((error: Error) => {
    console.error(`${error.message}\n`)
    process.exitCode = 1
  })
  if (!result) continue
  const { markdown, ok } = Array.isArray(result)
    ? { markdown: tableOf(result), ok: result.every(row => row.ok !== false) }
    : result
  const seconds = ((performance.now() - begun) / 1_000).toFixed(0)
  const day = new Date().toISOString().slice(0, 10)
  const [load = 0] = loadavg()
  const text = `### ${title}\n\n\`npm run bench -- ${name}\`: ${day}, ${machine()}; took ${seconds} s, load ${load.toFixed(1)} at its end.\n\n${markdown}`
  console.log(`${text}\n`)
  if (told.includes('--write')) writeSection(name, text)
  if (!ok) process.exitCode = 1
}

function isNamed(name: string, word: string): boolean {
  return name === word || name.startsWith(`${word}-`)
}

/** In a process of its own, so that its memory is its own. */
function measured(name: string): Promise<Row[] | Sheet> {
  const child = fork(fileURLToPath(new URL('./measure.child.ts', import.meta.url)), [name])
  return new Promise((resolve, reject) => {
    child.once('message', result => resolve(result as Row[] | Sheet))
    child.once('exit', code => reject(new Error(`The measure ${name} has ended with code ${code}.`)))
  })
}
