import type { Work } from '../core/delivery/work.ts'
import { type KnownClaim, wantedEmail } from '../core/identity.ts'
import type { ContactRecord } from '../core/record.ts'
import type { ClaimKey } from '../core/store.ts'
import type { Session } from './session.ts'

/** A longer circle of users who want one another's addresses is left to a person. */
const LONGEST_CIRCLE = 16

/**
 * Users who want one another's addresses may have asked days apart, and each waits for a slow probe of its own: none of
 * them would ever see that all of them could move. Whoever is refused an address follows the claims. When they lead back,
 * the one whose turn it is to begin is woken, and by that one all the others.
 *
 *     a wants y ──► claim on y: b, who wants z ──► claim on z: c, who wants x ──► claim on x: a
 */
export async function gatherCircle(session: Session, work: Work, refused: ClaimKey): Promise<void> {
  const { store } = session.deps
  const { key } = work.record
  const circle: KnownClaim[] = []
  let claim = work.facts.claims.get(refused)
  while (claim && claim.owner !== key) {
    circle.push(claim)
    const next = moveOf(claim)
    if (next === undefined || circle.length > LONGEST_CIRCLE) return
    const found = (await store.readClaims([next])).get(next)
    if (!found || circle.some(({ owner }) => owner === found.owner)) return
    const ownerRecord = (await store.readRecords([found.owner])).get(found.owner)
    claim = { ...found, ownerRecord }
  }
  const [first] = circle.map(({ owner }) => owner).sort()
  if (first === undefined) return
  const woken = first < key ? circle.filter(({ owner }) => owner === first) : circle
  for (const each of circle) work.facts.claims.set(each.key, woken.includes(each) ? await wake(session, each) : each)
}

/** The claim that the owner of an address waits for, if it waits. */
function moveOf({ key, ownerRecord }: KnownClaim): ClaimKey | undefined {
  if (!ownerRecord || key !== `email#${ownerRecord.delivered.email}`) return undefined
  const wanted = wantedEmail(ownerRecord)
  return wanted && wanted !== ownerRecord.delivered.email ? `email#${wanted}` : undefined
}

async function wake({ deps: { store, clock } }: Session, claim: KnownClaim): Promise<KnownClaim> {
  const { ownerRecord } = claim
  if (!ownerRecord || isMoving(ownerRecord)) return claim
  const now = clock.now()
  await store.raiseVerify(claim.owner, now)
  return { ...claim, ownerRecord: { ...ownerRecord, due: { lane: 'live', at: now } } }
}

const isMoving = ({ due }: ContactRecord): boolean => due?.lane === 'live' || due?.lane === 'bulk'
