import type { Answer } from '../core/hubspot.ts'
import type { Capability } from '../core/store.ts'
import type { Millis } from '../core/types.ts'
import { ofThisAlone } from './merges.ts'
import type { Session } from './session.ts'

/** What HubSpot said of itself, or why it would not. */
export type Known<T> = { readonly value: T } | { readonly refused: string }

interface Entry<T> {
  readonly known: Known<T>
  readonly readAt: Millis
}

/** What has been read of the portal and stays as it is for a while, by name. Kept as long as the process. */
export class Kept<T> {
  readonly #capability: Capability
  readonly #entries = new Map<string, Entry<T>>()

  /** @param capability that pauses when it cannot be read */
  constructor(capability: Capability) {
    this.#capability = capability
  }

  /**
   * Reads what is older than `oldest`, or than `schemaAge`.
   * @param alone where the token lacks the scope for this, it is refused and nothing pauses
   * @returns `undefined` when it cannot be had now: this part of HubSpot pauses, or time is up
   */
  async get(
    session: Session,
    name: string,
    read: () => Promise<Answer<T>>,
    oldest: Millis = Number.POSITIVE_INFINITY,
    alone = false,
  ): Promise<Known<T> | undefined> {
    const { clock, config } = session.deps
    const kept = this.#entries.get(name)
    const longest = Math.min(oldest, config.delivery.schemaAge * 1_000)
    if (kept && clock.now() - kept.readAt < longest) return kept.known
    const known = await askOnce(session, this.#capability, read, alone)
    if (known) this.#entries.set(name, { known, readAt: clock.now() })
    return known
  }

  put(name: string, value: T, readAt: Millis): void {
    this.#entries.set(name, { known: { value }, readAt })
  }

  ageOf(name: string, now: Millis): Millis | undefined {
    const kept = this.#entries.get(name)
    return kept && now - kept.readAt
  }

  forget(name: string): void {
    this.#entries.delete(name)
  }
}

/** One call about the portal. */
async function askOnce<T>(
  session: Session,
  capability: Capability,
  make: () => Promise<Answer<T>>,
  alone: boolean,
): Promise<Known<T> | undefined> {
  const turn = await session.turn(capability)
  const answer = await turn?.call('read', async () => (alone ? ofThisAlone(await make()) : make()))
  if (answer?.kind === 'ok') return { value: answer.value }
  if (answer?.kind !== 'rejected') return undefined
  return { refused: answer.errors.map(({ message }) => message).join('; ') }
}
