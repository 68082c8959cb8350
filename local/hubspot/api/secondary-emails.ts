import { findById } from '../crm/find.ts'
import type { CrmRecord } from '../crm/record.ts'
import { save } from '../crm/save.ts'
import { parseEmail } from '../crm/values.ts'
import { invalid, missingScopes, resourceNotFound } from '../errors.ts'
import { type Answer, bodyOf, type Call, requiredString } from './call.ts'
import { type Route, routesOf } from './route.ts'

const secondary = routesOf('secondary-email')
const READ = { scopes: ['crm.objects.contacts.read'] }
const WRITE = { scopes: ['crm.objects.contacts.write'] }

export const SECONDARY_EMAIL_ROUTES: readonly Route[] = [
  secondary('GET', '{id}', READ, listSecondary),
  secondary('PATCH', '{id}', WRITE, replaceSecondary),
  secondary('PUT', '{id}/email/{email}', WRITE, addSecondary),
  secondary('DELETE', '{id}/email/{email}', WRITE, removeSecondary),
]

/** facts §4: the legacy v1 API, in its only version. §17: whether a token may use it, and until when, by switch. */
function listSecondary(call: Call, vid: string): Answer {
  return show(call, contactOf(call, vid))
}

/** @throws HubSpotError 409 for an address that another contact has (facts §4) */
function addSecondary(call: Call, vid: string, email: string): Answer {
  const record = contactOf(call, vid)
  const address = addressOf(call, email)
  if (record.properties.get('email') === address || record.secondaryEmails.includes(address)) return show(call, record)
  return change(call, record, [...record.secondaryEmails, address])
}

/** facts §4 B: only a secondary address can be taken away. @throws HubSpotError 400 for the primary, 404 for others */
function removeSecondary(call: Call, vid: string, email: string): Answer {
  const record = contactOf(call, vid)
  const address = email.toLowerCase()
  if (record.properties.get('email') === address) throw invalid(`${address} is the primary email of ${record.id}`)
  if (!record.secondaryEmails.includes(address)) throw resourceNotFound()
  return change(call, record, without(record, address))
}

function replaceSecondary(call: Call, vid: string): Answer {
  const record = contactOf(call, vid)
  const body = bodyOf(call)
  const target = requiredString(body, 'targetSecondaryEmail').toLowerCase()
  if (!record.secondaryEmails.includes(target)) throw resourceNotFound()
  const updated = addressOf(call, requiredString(body, 'updatedSecondaryEmail'))
  return change(call, record, [...without(record, target), updated])
}

function contactOf({ portal }: Call, vid: string): CrmRecord {
  const { secondaryEmailApi } = portal.switches
  if (secondaryEmailApi === 'forbidden') throw missingScopes(['content'])
  if (secondaryEmailApi === 'gone') throw resourceNotFound()
  const record = findById(portal.contacts, vid)
  if (!record) throw resourceNotFound()
  return record
}

function addressOf({ portal }: Call, email: string): string {
  const address = parseEmail(email, portal.switches)
  if (typeof address !== 'string') throw invalid(address.message)
  return address
}

const without = (record: CrmRecord, address: string) => record.secondaryEmails.filter(other => other !== address)

function change(call: Call, record: CrmRecord, secondaryEmails: readonly string[]): Answer {
  const { portal } = call
  const next = { ...record, secondaryEmails, updatedAt: portal.clock.now() }
  portal.journal.attempt(() => save(portal, portal.contacts, next, record))
  portal.note({
    objectTypeId: portal.contacts.type.typeId,
    vid: record.id,
    kind: 'secondary-email',
    properties: { hs_additional_emails: secondaryEmails.join(';') },
    previous: { hs_additional_emails: record.secondaryEmails.join(';') },
  })
  return show(call, next)
}

function show({ portal }: Call, record: CrmRecord): Answer {
  const { portalId } = portal
  return { status: 200, body: { portalId, vid: Number(record.id), secondaryEmails: record.secondaryEmails } }
}
