import { randomUUID } from 'node:crypto'
import type { Context } from 'aws-lambda'
import type { Log } from '../functions/runtime/platform.ts'

/** A function as Lambda calls it: its event comes as JSON. */
export type Handler = (event: string, context: Context) => Promise<unknown>

/** @param handler what a `compose.ts` returns. */
export const readingJson =
  <Event>(handler: (event: Event, context: Context) => Promise<unknown>): Handler =>
  (event, context) =>
    handler(JSON.parse(event), context)

/** A function ready to be invoked as Lambda would. */
export interface Invocable {
  readonly name: string
  /** Answers with a copy of the function's answer as JSON would carry it. @throws what it throws, or `TimedOut`. */
  invoke(event: unknown): Promise<unknown>
}

/** An invocation took longer than its function may. Its answer, should it still come, goes nowhere. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut'
}

export interface InvocableOptions {
  readonly name: string
  readonly handler: Handler
  /** Milliseconds, as the stack says. */
  readonly timeout: number
  readonly memoryMegabytes?: number
  readonly log: Log
  /** While it is aborted, running invocations are told that no time remains, so that they end by themselves. */
  readonly closing?: AbortSignal
}

/**
 * Invokes a function the way Lambda does: event and answer pass through JSON, and it is given up after its timeout.
 * JavaScript cannot be stopped from outside, so that an abandoned invocation may still be writing, as one could on a
 * frozen Lambda that thaws: nothing in the system relies on the contrary.
 */
export function invocable(options: InvocableOptions): Invocable {
  const invoke = async (event: unknown) => {
    const running = options.handler(JSON.stringify(event), lambdaContext(options))
    const answer = await within(options.timeout, running, options.name)
    return answer === undefined ? null : JSON.parse(JSON.stringify(answer))
  }
  return { name: options.name, invoke }
}

async function within<T>(timeout: number, running: Promise<T>, name: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new TimedOut(`${name} did not answer within ${timeout / 1000} s`)), timeout)
  try {
    return await Promise.race([running, late])
  } finally {
    clearTimeout(timer)
  }
}

function lambdaContext({ name, timeout, memoryMegabytes, closing, log }: InvocableOptions): Context {
  const end = performance.now() + timeout
  const unused = (method: string) => () => log.warn(`context.${method} does nothing; return a promise instead`)
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    memoryLimitInMB: String(memoryMegabytes ?? 128),
    awsRequestId: randomUUID(),
    logGroupName: `/local/${name}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => (closing?.aborted ? 0 : Math.max(0, end - performance.now())),
    done: unused('done'),
    fail: unused('fail'),
    succeed: unused('succeed'),
  }
}
