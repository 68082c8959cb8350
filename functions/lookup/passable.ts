import { wantedEmail } from '../core/identity.ts'
import type { ContactRecord, DeliveryState, ProblemCode } from '../core/record.ts'
import type { Email } from '../core/types.ts'

/** What a page may pass to HubSpot's tracking code right now, as `GET /v1/identity/{userId}` answers. */
export interface Passable {
  readonly email: Email | null
  /** A newer address is on its way: asking again soon may bring it. */
  readonly pending: boolean
}

/**
 * HubSpot's tracking code makes a contact for any address that nobody has, and makes an address the primary one where it
 * was a secondary one. So an address is only told while it is known to be the primary one of the user's own contact:
 *
 *     record                                             email   pending
 *     ──────────────────────────────────────────────────────────────────────────────────────────────────────
 *     none: signed up a moment ago, or never sent        null    yes
 *     no contact linked, or linked but nothing sent yet  null    while work is due
 *     HubSpot holds the newest address                   it      no
 *     a newer address is on its way                      the old one, which HubSpot holds until then; yes
 *     HubSpot refused the newer address                  the old one, which HubSpot keeps; no
 *     the address is being taken away, or never was      null    no
 *     a write of an address, or a merge, was not         null    while work is due
 *       answered: which one HubSpot holds, nobody knows
 *     doubted: merged, deleted or edited, says a webhook null    while work is due
 *     conflict: contact or address are another's         null    while work is due (a newer address may end it)
 *     somebody has changed the address in HubSpot        null    while work is due
 *     the address is a secondary one of the contact      null    while work is due
 *     deleted                                            null    no
 *
 * Where the product gives no address, none is told, although HubSpot may have one for the contact: whose it is, a person
 * or a merge by hand may have decided.
 */
export function passableFor(record: ContactRecord | undefined): Passable {
  if (!record) return { email: null, pending: true }
  const wanted = wantedEmail(record)
  if (wanted === undefined || wanted === '' || record.delivered.state === 'deleted')
    return { email: null, pending: false }
  const email = primaryForSure(record)
  const working = record.due?.lane === 'live' || record.due?.lane === 'bulk'
  return { email, pending: working && email !== wanted }
}

/** States in which the record's contact is the user's own. In `rejected` it keeps what it had. */
const OWN: readonly DeliveryState[] = ['synced', 'rejected']
/** Why the wanted address is not the primary one, so that another's contact or address is involved. */
const ENTANGLED: readonly (ProblemCode | undefined)[] = ['conflict', 'secondary_email']

/** The primary address of the user's own contact, where nothing is known that speaks against it. */
function primaryForSure({ delivered, verify }: ContactRecord): Email | null {
  const { email, vid, version, state, withheld, looks, suspects, maybeCreated, merging, verified, edited } = delivered
  if (email === undefined || vid === undefined || !OWN.includes(state)) return null
  // Somebody has changed it in HubSpot: the one that we know is nobody's, or another's, by now.
  if (edited !== undefined) return null
  // Just adopted: the address is whatever the contact came with.
  if (version === 0) return null
  if (ENTANGLED.includes(withheld.get('email')?.code)) return null
  const unanswered = maybeCreated || merging !== undefined || (looks.length > 0 && suspects.includes('email'))
  return verify > verified || unanswered ? null : email
}
