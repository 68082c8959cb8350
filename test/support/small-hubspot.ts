import type { BatchResult, Contact, InputError } from '../../functions/core/hubspot.ts'
import type { Vid } from '../../functions/core/types.ts'
import { vidOf } from './records.ts'

/** A write on its way to HubSpot. */
export interface Request {
  readonly vid?: Vid
  readonly properties: Readonly<Record<string, string>>
}

/** HubSpot as far as one user needs it: contacts with a unique id and a unique email. Immutable. */
export type Portal = readonly (Contact & { readonly removed?: true })[]

export const TRACE = 'trace'
const UNIQUE = ['internal_user_id', 'email']

export const alive = (portal: Portal): Portal => portal.filter(({ removed }) => !removed)

/**
 * Carries a write out. One write is one step, as it is in HubSpot.
 * @param unique the properties of which no two contacts have the same value
 */
export function carryOut(
  portal: Portal,
  { vid, properties }: Request,
  unique = UNIQUE,
): { portal: Portal; answer: BatchResult } {
  const existing = alive(portal).find(
    contact =>
      contact.vid !== vid && unique.some(name => properties[name] && contact.properties[name] === properties[name]),
  )
  if (existing) return { portal, answer: refusal({ code: 'conflict', existing: existing.vid }) }
  if (vid === undefined) {
    const contact = { vid: vidOf(`${portal.length + 1}`), properties }
    return { portal: [...portal, contact], answer: success(contact) }
  }
  const before = alive(portal).find(contact => contact.vid === vid)
  if (!before) return { portal, answer: refusal({ code: 'not_found', ids: [vid] }) }
  const contact = { vid, properties: { ...before.properties, ...properties } }
  return { portal: portal.map(each => (each === before ? contact : each)), answer: success(contact) }
}

const success = (contact: Contact): BatchResult => ({ contacts: [{ ...contact, trace: TRACE }], errors: [] })

function refusal(error: Partial<InputError>): BatchResult {
  return { contacts: [], errors: [{ traces: [TRACE], ids: [], code: 'other', message: '', properties: [], ...error }] }
}

/** What a batch read says. */
export function read(portal: Portal, by: 'vid' | 'email' | 'internal_user_id', ids: readonly string[]): BatchResult {
  const found = new Map(alive(portal).map(contact => [by === 'vid' ? contact.vid : contact.properties[by], contact]))
  const missing = ids.filter(id => !found.has(id))
  return {
    contacts: ids.flatMap(id => found.get(id) ?? []),
    errors: missing.length === 0 ? [] : [{ traces: [], ids: missing, code: 'not_found', message: '', properties: [] }],
  }
}
