import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { GenericSchema, InferOutput } from 'valibot'
import { ApiError } from './api.ts'
import { useConsole } from './context.ts'

export interface Polled<T> {
  /** The last answer, also while the API cannot be reached. */
  readonly data: T | undefined
  readonly error: ApiError | undefined
  /** When the last answer came, in milliseconds. */
  readonly at: number
  again(): void
}

/** What takes long costs much: it is asked for a tenth of the time at most. */
const SPARING = 10

/**
 * Asks the API now and again and again, while somebody looks. One question at a time.
 * @param seconds between an answer and the next question, at the least
 */
export function usePoll<Schema extends GenericSchema>(
  path: string,
  schema: Schema,
  seconds: number,
): Polled<InferOutput<Schema>> {
  const { api, refused } = useConsole()
  const [data, setData] = useState<InferOutput<Schema>>()
  const [error, setError] = useState<ApiError>()
  const [at, setAt] = useState(0)
  const ask = useRef<() => void>(() => undefined)

  useEffect(() => {
    const controller = new AbortController()
    let timer = 0
    const next = (took: number): void => {
      clearTimeout(timer)
      if (document.visibilityState === 'visible' && !controller.signal.aborted) {
        timer = setTimeout(poll, Math.max(seconds * 1_000, took * SPARING))
      }
    }
    const poll = async (): Promise<void> => {
      clearTimeout(timer)
      const begun = performance.now()
      try {
        const answer = await api.get(path, schema, controller.signal)
        if (controller.signal.aborted) return
        setData(() => answer)
        setError(undefined)
        setAt(Date.now())
      } catch (cause) {
        if (controller.signal.aborted) return
        const failure = cause instanceof ApiError ? cause : new ApiError(0, String(cause))
        if (failure.status === 401) refused()
        setError(failure)
      }
      next(performance.now() - begun)
    }
    const looked = (): void => {
      if (document.visibilityState === 'visible') void poll()
    }
    ask.current = () => void poll()
    document.addEventListener('visibilitychange', looked)
    void poll()
    return () => {
      controller.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', looked)
    }
  }, [api, path, schema, seconds, refused])

  return { data, error, at, again: useCallback(() => ask.current(), []) }
}
