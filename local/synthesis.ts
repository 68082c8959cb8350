import { Worker } from 'node:worker_threads'
import type { Template } from '../cdk/synthesize.ts'

/**
 * The stack's template, synthesized in a thread of its own: what the CDK needs for it (some 200 MB) is freed when the
 * thread ends.
 * @throws Error of the synthesis.
 */
export async function synthesizeAside(): Promise<Template> {
  const thread = new Worker(new URL('./synthesis.worker.ts', import.meta.url))
  const { promise, resolve, reject } = Promise.withResolvers<Template>()
  thread.once('message', resolve)
  thread.once('error', reject)
  thread.once('exit', () => reject(new Error('The stack could not be synthesized.')))
  return promise
}
