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
