import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

const README = fileURLToPath(new URL('./README.md', import.meta.url))

/** The machine on which figures were measured, in one line. */
export function machine(): string {
  const cores = cpus()
  const model = cores[0]?.model.trim() || process.arch
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GB of memory`
  return `${cores.length} cores (${model}), ${memory}, Node ${process.versions.node}`
}

/** Replaces the section of one measure between its markers; a new one is added at the end. */
export function writeSection(name: string, content: string): void {
  const text = readFileSync(README, 'utf8')
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`]
  const section = `${begin}\n${content}\n${end}`
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  const next =
    from < 0 || to < 0 ? `${text}\n${section}\n` : text.slice(0, from) + section + text.slice(to + end.length)
  writeFileSync(README, next)
}
