import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type PageFile, type Pages, pageFiles } from '../functions/lookup/pages.ts'

const PAGES = fileURLToPath(new URL('pages/', import.meta.url))

/** Bundles the console's script and style, for the browsers of the last three years. */
async function buildPages(): Promise<ReadonlyMap<string, PageFile>> {
  const { outputFiles } = await build({
    entryPoints: { app: join(PAGES, 'app.tsx') },
    outdir: 'out',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    write: false,
    logLevel: 'silent',
    tsconfig: join(PAGES, 'tsconfig.json'),
  })
  const built = new Map(outputFiles.map(({ path, text }) => [path.slice(path.lastIndexOf('/') + 1), text]))
  return pageFiles(name => built.get(name) ?? readFileSync(join(PAGES, name), 'utf8'))
}

/** Builds them when they are first asked for: nobody who does not look waits for it. */
export function pagesBuilt(): Pages {
  let pages: ReturnType<typeof buildPages> | undefined
  return () => {
    pages ??= buildPages()
    return pages
  }
}

/** Writes the files into a folder: what the stack's bundling asks for. */
async function writePages(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const [name, { text }] of await buildPages()) writeFileSync(join(folder, name), text)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2)
  if (folder === undefined) throw new Error('Say where to: node console/build.ts <folder>')
  await writePages(folder)
}
