import { fileURLToPath } from 'node:url'

/** The functions of the stack. Each has its folder in `functions/`, whose `lambda.ts` is the entry of its bundle. */
export const FUNCTION_NAMES = ['receive', 'record', 'deliver', 'sweep', 'lookup', 'notice'] as const
export type FunctionName = (typeof FUNCTION_NAMES)[number]

/** The project's root, with a slash at its end. */
export const PROJECT = fileURLToPath(new URL('../', import.meta.url))

/** @returns the file that is bundled for a function. */
export const entryOf = (name: FunctionName): string => `${PROJECT}functions/${name}/lambda.ts`

/**
 * CommonJS packages in an ESM bundle call `require` for Node's own modules. The name is long because minified names,
 * which esbuild chooses without knowing of the banner, are short.
 */
const REQUIRE =
  "import{createRequire as createRequireOfBundle}from'node:module';const require=createRequireOfBundle(import.meta.url);"

/**
 * The AWS SDK's ways to find credentials outside Lambda. They are a third of a bundle, and are imported only when the
 * environment holds no credentials; Lambda's always does.
 */
const NEVER_IMPORTED = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
]

const ALIASES = {
  /**
   * The table of all media types, 137 kB, comes with HubSpot's client, which reads it when files are uploaded. We send
   * JSON only.
   */
  'mime-db': `${PROJECT}cdk/empty.json`,
  /** What configurations import `defineConfig` from: the functions hold it already. */
  vidsync: `${PROJECT}index.ts`,
}

/**
 * How a function is bundled: what the stack deploys, and what the bench and the tests measure. The AWS SDK is part of
 * it, so that the version that was tested is the one that runs, and so that a cold start reads a single file.
 */
export const BUNDLING = {
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minify: true,
  mainFields: ['module', 'main'],
  banner: REQUIRE,
  /** Licences lie beside the bundle instead of in it. */
  legalComments: 'external',
  external: NEVER_IMPORTED,
  alias: ALIASES,
} as const

/** The most that a function's minified bundle may weigh, in kilobytes: the price of its cold starts. */
export const MOST_KILOBYTES: Readonly<Record<FunctionName, number>> = {
  receive: 430,
  record: 430,
  deliver: 800,
  sweep: 430,
  lookup: 430,
  notice: 430,
}
