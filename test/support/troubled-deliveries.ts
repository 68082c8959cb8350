import { expect } from 'vitest'
import type { Passage } from './gate.ts'
import type { Pipeline } from './pipeline.ts'

/** Delivers while the table fails at its n-th call. @returns which call that was; `undefined`: it ended before */
export async function deliverWithFailingTable(
  p: Pipeline,
  call: number,
  when: Passage['when'],
): Promise<string | undefined> {
  let failed: string | undefined
  p.restart().gate.watch = passage => {
    if (passage.call !== call || passage.when !== when) return
    failed = passage.what
    if (passage.what.startsWith('store')) throw new Error('the table cannot be reached')
  }
  await p.deliver().catch((error: Error) => expect(error.message).toBe('the table cannot be reached'))
  return failed
}

/**
 * Of two deliverers the first stands still with what is said `before`, until the second, which tells what is said
 * `meanwhile`, stands still with its answer; then the first's call overtakes it.
 * @param isTold whether a passage is the call with which it is told
 */
export async function deliverOvertaken(
  p: Pipeline,
  user: string,
  traits: { readonly before: Said; readonly meanwhile: Said },
  isTold: (what: string) => boolean,
): Promise<void> {
  const second = p.newProcess()
  const answered = Promise.withResolvers<void>()
  const forgotten = Promise.withResolvers<void>()
  let begun: Promise<unknown> | undefined
  p.restart().gate.watch = async ({ when, what }) => {
    if (when === 'after' && what === 'store.forget') forgotten.resolve()
    if (when !== 'before' || what !== 'store.journal' || begun) return
    await p.identifyMeanwhile(user, traits.meanwhile)
    begun = second.deliver()
    await answered.promise
  }
  second.gate.watch = async ({ when, what }) => {
    if (when !== 'after' || !isTold(what)) return
    answered.resolve()
    await forgotten.promise
  }
  await p.identify(user, traits.before)

  await p.deliver()
  if (begun) await p.clock.run(begun)
}

type Said = Parameters<Pipeline['identify']>[1]
