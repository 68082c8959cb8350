import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { FUNCTION_NAMES, type FunctionName } from '../cdk/bundling.ts'
import { composeDeliver } from '../functions/deliver/compose.ts'
import { composeLookup } from '../functions/lookup/compose.ts'
import type { Pages } from '../functions/lookup/pages.ts'
import type { Series } from '../functions/lookup/series.ts'
import { composeNotice } from '../functions/notice/compose.ts'
import { composeReceive } from '../functions/receive/compose.ts'
import { composeRecord } from '../functions/record/compose.ts'
import type { Environment, Platform } from '../functions/runtime/platform.ts'
import { composeSweep } from '../functions/sweep/compose.ts'
import { IncompleteStack } from './intrinsics.ts'
import { type Handler, type Invocable, invocable, readingJson } from './invocation.ts'
import type { Stack } from './stack.ts'

/** What the functions are composed of here: this machine, and the embedded neighbours. */
export type Neighbours = Platform & {
  readonly sqs: SQSClient
  readonly dynamo: DynamoDBClient
  /** What was counted, for the console. */
  readonly series: Series
  readonly pages: Pages
}
export type Functions = Readonly<Record<FunctionName, Invocable>>

const COMPOSE: Readonly<Record<FunctionName, (environment: Environment, neighbours: Neighbours) => Handler>> = {
  receive: (environment, neighbours) => readingJson(composeReceive(environment, neighbours)),
  record: (environment, neighbours) => readingJson(composeRecord(environment, neighbours)),
  deliver: (environment, neighbours) => readingJson(composeDeliver(environment, neighbours)),
  sweep: (environment, neighbours) => readingJson(composeSweep(environment, neighbours)),
  lookup: (environment, neighbours) => readingJson(composeLookup(environment, neighbours)),
  notice: (environment, neighbours) => readingJson(composeNotice(environment, neighbours)),
}

/** They end what they are doing early when the run closes; a request that is being answered is answered. */
const ENDED_EARLY: readonly FunctionName[] = ['deliver', 'record', 'sweep']

/**
 * Composes every function of the stack with the environment that the stack gives it.
 * @param overrides variables that this machine decides, for functions to which the stack gives them.
 * @param closing aborted when the run ends.
 * @throws IncompleteStack when a variable is missing.
 */
export function composeFunctions(
  stack: Stack,
  neighbours: Neighbours,
  overrides: Readonly<Record<string, string>>,
  closing: AbortSignal,
): Functions {
  const compose = (name: FunctionName): Invocable => {
    const description = stack.functions.get(name)
    if (!description) throw new IncompleteStack(`The stack has no function ${name}.`)
    const { environment, timeout, memoryMegabytes } = description
    const own = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, overrides[key] ?? value]))
    return invocable({
      name,
      handler: composed(name, own, neighbours),
      timeout,
      memoryMegabytes,
      log: neighbours.log,
      ...(ENDED_EARLY.includes(name) && { closing }),
    })
  }
  const [receive, record, deliver, sweep, lookup, notice] = FUNCTION_NAMES
  return {
    receive: compose(receive),
    record: compose(record),
    deliver: compose(deliver),
    sweep: compose(sweep),
    lookup: compose(lookup),
    notice: compose(notice),
  }
}

function composed(name: FunctionName, environment: Environment, neighbours: Neighbours): Handler {
  try {
    return COMPOSE[name](environment, neighbours)
  } catch (error) {
    throw new IncompleteStack(`${name} cannot be composed: ${error instanceof Error ? error.message : String(error)}`)
  }
}
