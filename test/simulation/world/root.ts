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
 * The functions under `root/functions`, by default our own. A copy in which something was changed, or an older version of
 * the program, is run by naming the folder that holds its `functions`, its `sync.config.ts` and its `node_modules`: the
 * functions themselves know nothing of it.
 */
export async function loadVersion(root = process.env.VIDSYNC_FUNCTIONS_ROOT ?? HERE): Promise<Version> {
  const load = (path: string) => import(pathToFileURL(join(resolve(root), 'functions', path)).href)
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
