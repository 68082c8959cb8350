import { fork } from 'node:child_process'
import { once } from 'node:events'
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
  let complaint = ''
  child.stderr?.on('data', text => {
    complaint += text
  })
  const failed = once(child, 'close').then(() => {
    throw new Error(`The stack could not be synthesized.\n${complaint}`)
  })
  const [template] = await Promise.race([once(child, 'message'), failed])
  return template
}
