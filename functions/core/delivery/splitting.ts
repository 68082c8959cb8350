/** What a person does in HubSpot where no call splits two users, in their order. */
export const SPLIT_STEPS = [
  'In HubSpot, open the contact that the conflict names.',
  "In its Email property, remove this user's address from the additional emails. The primary email stays as it is.",
  'Ask for the split again, or wait for the next probe: the user then gets a contact of their own.',
] as const

/** The same as the end of a sentence. */
export const SPLIT_BY_HAND =
  'HubSpot did not let vidsync split them: open the contact in HubSpot, remove this user’s address from its additional ' +
  'emails (if it is the primary one, make another address primary first), then ask for the split again'
