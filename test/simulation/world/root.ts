import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The functions as one version of the program has them. */
export interface Version {
  readonly receive: typeof import('../../../functions/receive/compose.ts')
  readonly record: typeof import('../../../functions/record/compose.ts')
  readonly deliver: typeof import('../../../functions/deliver/compose.ts')
  readonly sweep: typeof import('../../../functions/sweep/compose.ts')
  readonly notice: typeof import('../../../functions/notice/compose.ts')
  readonly secrets: typeof import('../../../functions/runtime/cached-secrets.ts')
  readonly store: typeof import('../../../functions/store/dynamo/dynamo-store.ts')
}

const HERE = resolve(import.meta.dirname, '../../..')

/**
 * The functions of each root, by default our own. A copy in which something was changed, or an older version of the
 * program, is run by naming the folder that holds its `functions`, `sync.config.ts`, `package.json` and `node_modules` (or a link
 * to them): the functions themselves know nothing of it. Of several roots each process is drawn anew, as in the middle of
 * a deployment.
 * @param roots `''`: ours, or what the environment variable VIDSYNC_FUNCTIONS_ROOT names
 */
export const loadVersions = (roots: readonly string[] = ['']): Promise<Version[]> =>
  Promise.all(
    roots.map(root => loadVersion(root === '' ? (process.env.VIDSYNC_FUNCTIONS_ROOT ?? HERE) : resolve(root))),
  )

async function loadVersion(root: string): Promise<Version> {
  const load = (path: string) => import(pathToFileURL(join(root, 'functions', path)).href)
  const [receive, record, deliver, sweep, notice, secrets, store] = await Promise.all([
    load('receive/compose.ts'),
    load('record/compose.ts'),
    load('deliver/compose.ts'),
    load('sweep/compose.ts'),
    load('notice/compose.ts'),
    load('runtime/cached-secrets.ts'),
    load('store/dynamo/dynamo-store.ts'),
  ])
  return { receive, record, deliver, sweep, notice, secrets, store }
}
