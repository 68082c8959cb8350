import { fingerprint } from '../core/fingerprint.ts'
import type { RecordKey } from '../core/types.ts'
import type { Session } from './session.ts'

/** Decides on a record. `undefined`: the deciding has failed, which costs only this one. */
export function attempt<Step>({ deps }: Session, key: RecordKey, decide: () => Step): Step | undefined {
  try {
    return decide()
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    deps.log.error('a record could not be planned', { record: fingerprint(key), error: `${name}: ${message}` })
    return undefined
  }
}
