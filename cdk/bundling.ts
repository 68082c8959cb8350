import { fileURLToPath } from 'node:url'

/** The functions of the stack. Each has its folder in `functions/`, whose `lambda.ts` is the entry of its bundle. */
export const FUNCTION_NAMES = ['receive', 'record', 'deliver', 'sweep', 'lookup'] as const
export type FunctionName = (typeof FUNCTION_NAMES)[number]

/** The project's root, with a slash at its end. */
export const PROJECT = fileURLToPath(new URL('../', import.meta.url))

/** @returns the file that is bundled for a function. */
export const entryOf = (name: FunctionName): string => `${PROJECT}functions/${name}/lambda.ts`

/** CommonJS packages in an ESM bundle call `require` for Node's own modules. */
const REQUIRE = "import{createRequire as _r}from'node:module';const require=_r(import.meta.url);"

/**
 * How a function is bundled: what the stack deploys and what the bench measures. The AWS SDK is part of it, so that the
 * version that was tested is the one that runs, and so that its cold start is that of a single file.
 */
export const BUNDLING = {
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minify: true,
  mainFields: ['module', 'main'],
  banner: REQUIRE,
  /** Licences stay beside the bundle instead of in it. */
  legalComments: 'external',
  outfile: 'index.mjs',
} as const
