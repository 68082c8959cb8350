import { parseArgs } from 'node:util'
import { exploreAll } from './explore.ts'
import { TALES } from './tales.ts'

/**
 * `npm run explore -- --faults 1`: every tale of two users and one address, in every order, with up to so many faults.
 * `npm run explore -- --faults 2 --most 2000000 one leaves`: the tale of this name, or those whose names hold the words.
 */
const { values, positionals } = parseArgs({
  options: { faults: { type: 'string', default: '1' }, most: { type: 'string', default: '10000000' } },
  allowPositionals: true,
})
const words = positionals.join(' ')
const wanted = Object.entries(TALES).filter(([name]) => (words in TALES ? name === words : name.includes(words)))
for (const [name, tale] of wanted) {
  const begun = performance.now()
  const { states, steps, ends, wrongs } = await exploreAll(
    { ...tale, faults: Number(values.faults) },
    Number(values.most),
  )
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1)
  const told = `${states} states, ${steps} steps between them, ${ends} ends, ${seconds} s`
  console.log(`${wrongs.size === 0 ? '✓' : '✗'} ${name}, up to ${values.faults} faults: ${told}`)
  for (const [wrong, way] of wrongs) console.log(`  ${wrong}\n${way.map(step => `    ${step}`).join('\n')}`)
  if (wrongs.size > 0) process.exitCode = 1
}
