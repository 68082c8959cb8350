import { HubSpotError, invalid } from '../errors.ts'
import type { Portal } from '../portal.ts'
import type { CrmRecord } from './record.ts'

/** Every address that leads to the record, the primary one first (facts §4). */
export function emailsOf(record: CrmRecord | undefined): string[] {
  if (!record) return []
  const primary = record.properties.get('email')
  return primary === undefined ? [...record.secondaryEmails] : [primary, ...record.secondaryEmails]
}

/**
 * The secondary addresses after the primary one was replaced (facts §4):
 *
 *     primary → ''                the address is free
 *     primary → own secondary     promoted; the old primary by switch `promotedOver`
 *     primary → new address       the old primary by switch `oldPrimary`
 */
export function secondaryAfter(record: CrmRecord, email: string, portal: Portal): readonly string[] {
  const before = record.properties.get('email')
  const { secondaryEmails } = record
  if (email === before) return secondaryEmails
  const rest = secondaryEmails.filter(address => address !== email)
  const promoted = rest.length < secondaryEmails.length
  const kept = promoted ? portal.switches.promotedOver : portal.switches.oldPrimary
  return before !== undefined && email !== '' && kept === 'secondary' ? [...rest, before] : rest
}

/** @throws HubSpotError for an address that was erased for privacy (facts §14 B) */
export function refuseBlocked(portal: Portal, email: string): void {
  if (!portal.isBlocked(email)) return
  const message = `Email address ${email} was deleted for privacy and can't be used again`
  if (portal.switches.blocklisted === 400) throw invalid(message)
  throw new HubSpotError(409, { message, category: 'CONFLICT' })
}
