import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Api } from './api.ts'

/** What every page has: the API, and a place to say what has been done. */
export interface Console {
  readonly api: Api
  /** Said once, aloud to screen readers. */
  say(message: string): void
  /** The key is not let in any more. */
  refused(): void
}

export const ConsoleContext = createContext<Console | undefined>(undefined)

export function useConsole(): Console {
  const found = useContext(ConsoleContext)
  if (!found) throw new Error('There is no console around this component')
  return found
}
