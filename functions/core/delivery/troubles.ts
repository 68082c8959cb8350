import type { RecordKey, Vid } from '../types.ts'
import type { Step, Trouble } from './work.ts'

export const DELETED: Trouble = {
  code: 'deleted',
  message: 'the contact was deleted in HubSpot, and the policy is to leave it so',
}
export const ERASED: Trouble = {
  code: 'deleted',
  message: 'the contact was erased in HubSpot for privacy; nothing of this user is sent again',
}
/** HubSpot has told so late that the contact was made again before. It is not ours to delete. */
export const erasedAndMadeAgain = (vid: Vid): Trouble => ({
  code: 'deleted',
  message: 'the contact was erased in HubSpot for privacy, and made again before HubSpot told so: erase this one, too',
  vid,
})
/** Said where HubSpot names a contact that is not there as the holder of the user's id. */
export const ID_KEPT = "HubSpot keeps this user's id for a contact that was deleted"
export const idKeptBy = (vid: Vid): Trouble => ({ code: 'conflict', message: ID_KEPT, vid })
export const SECONDARY_EMAIL = {
  code: 'secondary_email',
  message: 'the address is a secondary email of the contact in HubSpot',
} as const satisfies Trouble

/** @param owner whose contact it is, as far as anybody knows */
export function takenBy(vid: Vid, owner: RecordKey | undefined): Trouble {
  if (owner) return { code: 'conflict', message: 'the contact belongs to another user', vid, with: owner }
  return { code: 'conflict', message: 'another contact in HubSpot has the address or the id', vid }
}

/** Nothing more can be done for the record now. */
export const settleWith = (trouble: Trouble): Step => ({ do: 'settle', trouble })
