import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** A change to one file of a copy of the functions. */
export interface Patch {
  /** Below `functions/`. */
  readonly file: string
  /** As it stands there, exactly once. */
  readonly find: string
  readonly replace: string
}

const ROOT = resolve(import.meta.dirname, '../..')

export interface Copy {
  /** For `loadVersions`, or `npm run simulate -- --root`. */
  readonly root: string
  remove(): Promise<void>
}

/**
 * A copy of the functions in which something is wrong: what is shipped has no switch for it.
 * @throws Error when a patch does not fit any more
 */
export async function patchedCopy(patches: readonly Patch[]): Promise<Copy> {
  const root = await mkdtemp(join(tmpdir(), 'vidsync-patched-'))
  const remove = () => rm(root, { recursive: true, force: true })
  try {
    for (const name of ['functions', 'sync.config.ts', 'package.json']) {
      await cp(join(ROOT, name), join(root, name), { recursive: true })
    }
    await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'))
    for (const { file, find, replace } of patches) {
      const path = join(root, 'functions', file)
      const parts = (await readFile(path, 'utf8')).split(find)
      if (parts.length !== 2) throw new Error(`"${find}" is ${parts.length - 1} times in functions/${file}, not once`)
      await writeFile(path, parts.join(replace))
    }
  } catch (error) {
    await remove()
    throw error
  }
  return { root, remove }
}
