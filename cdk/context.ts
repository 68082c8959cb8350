import { readFileSync } from 'node:fs'
import { PROJECT } from './bundling.ts'

/**
 * The CDK's feature flags, as `cdk.json` has them. The command line reads that file by itself; whoever synthesizes in
 * its own process must, or gets another template.
 */
export function readContext(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(`${PROJECT}cdk.json`, 'utf8'))
  return context
}
