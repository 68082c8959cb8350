import { fork } from 'node:child_process'
import type { Template } from '../cdk/synthesize.ts'

/**
 * The stack's template, synthesized in a process of its own: the CDK needs some 200 MB for it, which are free again when
 * that ends.
 * @throws Error of the synthesis.
 */
export async function synthesizeAside(): Promise<Template> {
  const child = fork(new URL('./synthesis.child.ts', import.meta.url), {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const { promise, resolve, reject } = Promise.withResolvers<Template>()
  let complaint = ''
  child.stderr?.on('data', text => {
    complaint += text
  })
  child.once('message', template => resolve(template as Template))
  child.once('error', reject)
  child.once('close', () => reject(new Error(`The stack could not be synthesized.\n${complaint}`)))
  return promise
}
