import { execFileSync } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildOptions, build, buildSync } from 'esbuild'
import { BUNDLING, entryOf, type FunctionName, PROJECT } from './bundling.ts'

export interface Bundle {
  readonly code: Uint8Array
  /** What each package, or folder of ours, adds, in bytes; the largest first. */
  readonly parts: readonly (readonly [source: string, bytes: number])[]
  /** What it does not hold: Node's own modules and what is only ever imported outside Lambda. */
  readonly imports: readonly { readonly path: string; readonly dynamic: boolean }[]
}

function optionsOf(name: FunctionName, config: string) {
  const { banner, mainFields, external, alias, ...options } = BUNDLING
  return {
    ...options,
    mainFields: [...mainFields],
    external: [...external],
    // The functions ask for the configuration by this name. Where nobody says otherwise, it is the project's own.
    alias: { ...alias, '#sync.config': config },
    banner: { js: banner },
    entryPoints: [entryOf(name)],
    bundle: true,
    // Paths in error messages; the same wherever an app is synthesized.
    absWorkingDir: PROJECT,
  } satisfies BuildOptions
}

/** Bundles a function for the stack: `index.mjs`, licences beside it. @throws Error of esbuild, which it has printed */
export function bundleInto(folder: string, name: FunctionName, config: string): void {
  buildSync({ ...optionsOf(name, config), outfile: join(folder, 'index.mjs'), logLevel: 'warning' })
  if (name === 'lookup') addPages(join(folder, 'console'))
}

/** The console, which lies beside the function that shows it: as it was packed, or built anew where its sources are. */
function addPages(folder: string): void {
  const builder = `${PROJECT}console/build.ts`
  if (existsSync(builder)) execFileSync(process.execPath, [builder, folder], { stdio: 'inherit' })
  else cpSync(`${PROJECT}dist/console`, folder, { recursive: true })
}

/** Bundles a function as the stack does, with the project's own configuration, but into memory. */
export async function bundle(name: FunctionName): Promise<Bundle> {
  const result = await build({
    ...optionsOf(name, `${PROJECT}sync.config.ts`),
    outfile: 'index.mjs',
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
