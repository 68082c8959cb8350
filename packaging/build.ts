import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

/**
 * Makes `dist/`, which `npm pack` packs: what others import, as JavaScript with its types, and the console. The rest of the
 * package stays TypeScript: the command line runs it, and the construct bundles it.
 *
 *     index.ts     ─► dist/index.js   import { defineConfig } from 'vidsync'
 *     cdk/index.ts ─► dist/cdk.js     import { Vidsync } from 'vidsync/cdk'
 *     console/     ─► dist/console/
 */
const PROJECT = join(import.meta.dirname, '..')

/** CommonJS, which every app can load, whatever it is itself. */
const FORMAT = { format: 'cjs', define: { 'import.meta.url': 'urlOfModule' } } as const
const URL_OF_MODULE = "const urlOfModule = require('node:url').pathToFileURL(__filename).href;"

async function buildInto(folder: string): Promise<void> {
  await build({
    ...FORMAT,
    entryPoints: { index: join(PROJECT, 'index.ts'), cdk: join(PROJECT, 'cdk/index.ts') },
    banner: { js: URL_OF_MODULE },
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node22',
    packages: 'external',
    logLevel: 'warning',
  })
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n')
  execFileSync(process.execPath, [join(PROJECT, 'console/build.ts'), join(folder, 'console')], { stdio: 'inherit' })
  const types = ['-p', join(PROJECT, 'packaging'), '--outDir', join(folder, 'types')]
  execFileSync(join(PROJECT, 'node_modules/.bin/tsc'), types, { stdio: 'inherit' })
}

/** File by file, each at once: whoever packs at the same time finds every file whole. */
function moveInto(target: string, folder: string): void {
  const files = globSync('**', { cwd: folder, withFileTypes: true }).filter(file => file.isFile())
  for (const file of files) {
    const path = join(file.parentPath, file.name).slice(folder.length + 1)
    mkdirSync(dirname(join(target, path)), { recursive: true })
    renameSync(join(folder, path), join(target, path))
  }
}

// Beside its target: what is moved from one disk to another is not moved at once.
const folder = mkdtempSync(join(PROJECT, '.dist-'))
try {
  await buildInto(folder)
  moveInto(join(PROJECT, 'dist'), folder)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
