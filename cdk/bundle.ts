import { build } from 'esbuild'
import { BUNDLING, entryOf, type FunctionName } from './bundling.ts'

export interface Bundle {
  readonly code: Uint8Array
  /** What each package, or folder of ours, adds, in bytes; the largest first. */
  readonly parts: readonly (readonly [source: string, bytes: number])[]
  /** What it does not hold: Node's own modules and what is only ever imported outside Lambda. */
  readonly imports: readonly { readonly path: string; readonly dynamic: boolean }[]
}

/** Bundles a function as the stack does, but into memory. */
export async function bundle(name: FunctionName): Promise<Bundle> {
  const { banner, mainFields, external, ...options } = BUNDLING
  const result = await build({
    ...options,
    mainFields: [...mainFields],
    external: [...external],
    banner: { js: banner },
    entryPoints: [entryOf(name)],
    outfile: 'index.mjs',
    bundle: true,
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const code = result.outputFiles.find(file => file.path.endsWith('index.mjs'))?.contents
  const output = Object.entries(result.metafile.outputs).find(([path]) => path.endsWith('index.mjs'))?.[1]
  if (!code || !output) throw new Error(`esbuild made no bundle of ${name}.`)
  return {
    code,
    parts: partsOf(output.inputs),
    imports: output.imports.map(({ path, kind }) => ({ path, dynamic: kind === 'dynamic-import' })),
  }
}

function partsOf(inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>): [string, number][] {
  const parts = new Map<string, number>()
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const part = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path.split('/').slice(0, 2).join('/')
    parts.set(part, (parts.get(part) ?? 0) + bytesInOutput)
  }
  return [...parts].sort(([, a], [, b]) => b - a)
}
