import type { Config } from '../config.ts'
import type { Call } from '../mapping-settings.ts'

/**
 * What the configuration's filter says of a call. One that throws, or says neither yes nor no, has judged nothing: the call
 * is kept, as what is left out is gone.
 */
export function judge(call: Call, { filter }: Config): 'kept' | 'left out' | 'unjudged' {
  if (!filter) return 'kept'
  try {
    const verdict: unknown = filter(call)
    return verdict === true ? 'kept' : verdict === false ? 'left out' : 'unjudged'
  } catch {
    return 'unjudged'
  }
}
