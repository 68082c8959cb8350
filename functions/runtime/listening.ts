import { AsyncLocalStorage } from 'node:async_hooks'
import type { Exchange } from '../core/call-log.ts'

type Hear = (exchange: Exchange) => void

const listeners = new AsyncLocalStorage<Hear>()

/**
 * Runs something and hears of every request to HubSpot that it makes, however deep inside, and of no other's: several
 * calls are under way at once.
 */
export const listening = <T>(hear: Hear, run: () => T): T => listeners.run(hear, run)

/** Tells whoever listens to the caller of a request that was made. */
export const tellListener = (exchange: Exchange): void => listeners.getStore()?.(exchange)
