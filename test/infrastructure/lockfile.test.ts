import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'

const names = v.optional(v.record(v.string(), v.string()), {})
const lockfile = v.object({
  packages: v.record(
    v.string(),
    v.object({
      dependencies: names,
      optionalDependencies: names,
      hasInstallScript: v.optional(v.boolean(), false),
      integrity: v.optional(v.string(), ''),
      link: v.optional(v.boolean(), false),
      inBundle: v.optional(v.boolean(), false),
      optional: v.optional(v.boolean(), false),
    }),
  ),
})

/** Where Node looks for a package that is asked for at `path`: beside it, and in every folder above. */
function placesOf(path: string, name: string): string[] {
  const folders =
    path === ''
      ? ['']
      : ['', ...path.split('/node_modules/').map((_, n, all) => `${all.slice(0, n + 1).join('/node_modules/')}/`)]
  return folders.map(folder => `${folder}node_modules/${name}`)
}

describe('the lockfile', () => {
  // npm ci refuses a lockfile that leaves out a package of another platform, and an install on this one may leave it out.
  it('names every package that any platform needs', async () => {
    const { packages } = v.parse(lockfile, JSON.parse(await readFile('package-lock.json', 'utf8')))

    const missing = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies }).filter(
        name => !placesOf(path, name).some(place => packages[place]),
      ),
    )

    expect(missing).toStrictEqual([])
  })

  // Each may do anything on the machine of whoever installs. One more is looked at first.
  it('lets these packages run a script when they are installed, and no others', async () => {
    const { packages } = v.parse(lockfile, JSON.parse(await readFile('package-lock.json', 'utf8')))

    const running = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript)

    expect(running.map(([path]) => path).toSorted()).toStrictEqual([
      'node_modules/classic-level',
      'node_modules/esbuild',
      'node_modules/msgpackr-extract',
    ])
  })

  // Those of other platforms than the one on which the lockfile was made have none.
  it('pins what each package that is downloaded on every platform holds', async () => {
    const { packages } = v.parse(lockfile, JSON.parse(await readFile('package-lock.json', 'utf8')))

    const downloaded = Object.entries(packages).filter(
      ([path, { link, inBundle, optional }]) => path.startsWith('node_modules/') && !link && !inBundle && !optional,
    )

    expect(
      downloaded.filter(([, { integrity }]) => !integrity.startsWith('sha512-')).map(([path]) => path),
    ).toStrictEqual([])
  })
})
