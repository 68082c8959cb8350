import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib/core'
import { readContext } from './context.ts'
import { parseSettings } from './settings.ts'
import { VidsyncStack } from './stack.ts'

/** A CloudFormation template, as far as one can be sure of it. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Description?: string }>>
}

export interface Resource {
  readonly Type: string
  readonly Properties?: Readonly<Record<string, unknown>>
}

export interface SynthesizeOptions {
  /** Settings that differ from the defaults. Unlike the CDK's command line, `cdk.json` is not asked for them. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Changes the stack before it is synthesized: what a test of the local run turns to see that it follows. */
  readonly alter?: (stack: VidsyncStack) => void
}

/**
 * Makes the stack's template in this process, without bundling, without checks and without a trace on the disk. It is
 * the deployed one but for the functions' code, and for addresses of assets.
 * @throws Error naming the settings that are not right.
 */
export function synthesize({ settings = {}, alter }: SynthesizeOptions = {}): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'vidsync-stack-'))
  try {
    const app = new App({
      outdir,
      analyticsReporting: false,
      treeMetadata: false,
      // Takes a second and a half; `npx cdk synth` and the tests have it.
      builtinCloudFormationValidation: false,
      context: { ...readContext(), 'aws:cdk:bundling-stacks': [] },
    })
    const parsed = parseSettings(settings)
    const stack = new VidsyncStack(app, `vidsync-${parsed.stage}`, { settings: parsed })
    alter?.(stack)
    return app.synth().getStackByName(stack.stackName).template
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}
