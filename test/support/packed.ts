import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

const lockfile = v.object({
  packages: v.record(v.string(), v.object({ dev: v.optional(v.boolean()), link: v.optional(v.boolean()) })),
})

/**
 * Packs the package as `npm pack` does and installs it into a new folder outside of the project.
 * @param besides what the app there has of its own
 * @returns the folder. What `npm install` would bring along of other packages is linked: that, and nothing more.
 */
export function installPacked(besides: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'vidsync-packed-'))
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: PROJECT, stdio: 'pipe' })
  const [tarball = ''] = readdirSync(folder).filter(name => name.endsWith('.tgz'))
  const installed = join(folder, 'node_modules', 'vidsync')
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['xzf', join(folder, tarball), '--strip-components=1', '-C', installed])
  for (const name of new Set([...dependencies(), ...besides])) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(PROJECT, 'node_modules', name), link)
  }
  return folder
}

/** Packages that are no development's, as the lockfile has it, and that this machine has installed. */
function dependencies(): string[] {
  const { packages } = v.parse(lockfile, JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')))
  return Object.entries(packages)
    .filter(([path, { dev, link }]) => path.lastIndexOf('node_modules/') === 0 && !dev && !link)
    .map(([path]) => path.slice('node_modules/'.length))
    .filter(name => !name.startsWith('node-linux-') && existsSync(join(PROJECT, 'node_modules', name)))
}
