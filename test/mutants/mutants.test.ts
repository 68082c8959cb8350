import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { transform } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { MUTANTS } from './all.ts'
import { change, mutated } from './mutant.ts'

const ROOT = resolve(import.meta.dirname, '../..')

describe('the mutants', () => {
  it.each(MUTANTS)('fit the program as it is: it $name', async ({ changes, killers }) => {
    const files = new Map<string, string>()

    for (const each of changes) {
      const path = join(ROOT, 'functions', each.file)
      files.set(path, mutated(files.get(path) ?? (await readFile(path, 'utf8')), each))
    }

    for (const source of files.values()) await expect(transform(source, { loader: 'ts' })).resolves.toBeDefined()
    expect(killers.filter(({ file }) => !existsSync(join(ROOT, 'test', file)))).toEqual([])
    expect(killers.length).toBeGreaterThan(0)
  })

  it('have names of their own, and there are at least 25', () => {
    const names = MUTANTS.map(({ name }) => name)

    expect(new Set(names).size).toBe(names.length)
    expect(names.length).toBeGreaterThanOrEqual(25)
  })
})

describe('a change', () => {
  it('is made wherever the program is broken into lines', () => {
    const after = mutated('if (a &&\n    b)\n  return\n', change('x.ts', 'if (a && b) return', 'return'))

    expect(after).toBe('return\n')
  })

  it.each(['a = 1\nb = 2', 'c()\nc()'])('is not made where its place is not there exactly once: %j', source => {
    expect(() => mutated(source, change('x.ts', 'c()', ''))).toThrow('not once')
  })
})
