import type { Answer } from '../core/hubspot.ts'
import type { PropertyDefinition, Schema } from '../core/schema.ts'
import { type Portal, StaleWrite } from '../core/store.ts'
import type { Millis } from '../core/types.ts'
import { schemaOf } from './schema-of.ts'
import type { Session } from './session.ts'

/**
 * What is known of the portal, kept between invocations. The portal's id is asked for at least once in every process, and
 * for every token: vids of one portal mean other people in another.
 */
export class PortalReader {
  #known: Portal | undefined
  #guarded = false

  /**
   * @param oldest the age from which on the properties are read again, where that is sooner than usual
   * @returns the portal's schema; `undefined` when it cannot be had now, or when the table belongs to another portal.
   */
  async schema(session: Session, oldest: Millis = Number.POSITIVE_INFINITY): Promise<Schema | undefined> {
    const { store, clock, config, hubspot } = session.deps
    const longest = Math.min(oldest, config.delivery.schemaAge * 1_000)
    const isFresh = (portal: Portal | undefined): boolean =>
      portal !== undefined && clock.now() - portal.schema.readAt < longest && !session.portalOutdated
    // Another process may have read them meanwhile.
    if (!isFresh(this.#known)) this.#known = (await store.readPortal()) ?? this.#known
    const fresh = isFresh(this.#known)
    if (this.#known && this.#guarded && fresh && !hubspot.tokenReplaced) return this.#known.schema
    const id = await ask(session, () => hubspot.readPortalId())
    if (id === undefined) return undefined
    if (this.#known && this.#known.id !== id) return this.#refuse(session)
    this.#guarded = true
    if (this.#known && fresh) return this.#known.schema

    const schema = await readSchema(session)
    if (!schema) return undefined
    const portal = { id, schema }
    try {
      await store.writePortal(portal)
    } catch (error) {
      if (error instanceof StaleWrite) return this.#refuse(session)
      throw error
    }
    if (session.portalOutdated) session.portalRenewed = true
    session.portalOutdated = false
    this.#known = portal
    return schema
  }

  #refuse(session: Session): undefined {
    this.#guarded = false
    session.stop({
      code: 'other_portal',
      reason:
        'The HubSpot token belongs to another portal than this table. Put the token of the right portal into the secret, or deploy a stage of its own for the other portal.',
    })
    return undefined
  }
}

async function readSchema(session: Session): Promise<Schema | undefined> {
  const { hubspot, config, clock } = session.deps
  const { uniqueProperty } = config.contacts
  const definitions = await ask(session, () => hubspot.readProperties())
  if (!definitions) return undefined
  const properties = new Map(definitions.map(definition => [definition.name, definition]))
  if (!properties.has('email')) {
    // To believe it would be to call every value of every user a problem.
    session.stop({
      code: 'unavailable',
      reason: 'HubSpot listed its properties without the email, which every portal has.',
    })
    return undefined
  }
  const existing = properties.get(uniqueProperty)
  if (existing && !existing.unique) {
    session.stop({
      code: 'forbidden',
      reason: `HubSpot's property ${uniqueProperty} is not unique. HubSpot cannot make it so: name another one in sync.config.ts (contacts.uniqueProperty).`,
    })
    return undefined
  }
  if (!existing) {
    const created = await ask(session, async () =>
      done(await hubspot.createUniqueProperty(uniqueProperty, 'Internal user id')),
    )
    if (created === undefined) return undefined
    properties.set(uniqueProperty, definitionOf(uniqueProperty))
  }
  return schemaOf(properties.values(), clock.now())
}

const done = (answer: Answer<void>): Answer<true> => (answer.kind === 'ok' ? { ...answer, value: true } : answer)

/** One call about the account. A refusal of such a call is an obstacle like any other. */
async function ask<T>(session: Session, call: () => Promise<Answer<T>>): Promise<T | undefined> {
  const turn = await session.turn()
  const answer = await turn?.call('read', call)
  if (answer?.kind === 'ok') return answer.value
  if (answer?.kind !== 'rejected') return undefined
  const words = answer.errors.map(({ message }) => message).join('; ')
  session.stop({ code: 'forbidden', reason: `HubSpot refused to describe the portal: ${words}` })
  return undefined
}

const definitionOf = (name: string): PropertyDefinition => ({
  name,
  type: 'string',
  readOnly: false,
  multiple: false,
  unique: true,
})
