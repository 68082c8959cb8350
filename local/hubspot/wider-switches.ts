/** What is not certain about HubSpot beside its records: events, associations, lists, subscriptions. */
export interface WiderSwitches {
  /** Not established: a company's `domain` is kept as it was sent, or bare: lower-case, without `https://www.` and path. */
  readonly companyDomain: 'kept' | 'bare'

  /** X §9: an event with an email that nobody has belongs to nobody, or makes a contact. */
  readonly eventUnknownEmail: 'unassociated' | 'creates'
  /** B §9: an event with the objectId of a merged-away record reaches the survivor, or nobody. */
  readonly eventMergedAway: 'followed' | 'lost'
  /** Not established: an event with the objectId of no record is taken and lost, or refused. */
  readonly eventUnknownObject: 'lost' | 'rejected'
  /** Not established: an event with a property that its definition does not have is refused, or taken without it. */
  readonly eventUnknownProperty: 'rejected' | 'dropped'
  /** §9: C that an event with a taken uuid is not taken; not established whether its sender is told. */
  readonly eventUuidTwice: 'silent' | 'rejected'
  /**
   * B §9: one bad event in a batch fails the whole request; or the others are taken, though the answer is 400; or the
   * others are taken, and nobody is told of the bad one.
   */
  readonly eventBatch: 'whole' | 'others-kept' | 'silent'

  /** B §11: the status of associations/batch/create: v4 201 and 2026-09 200, as the OpenAPI files have it, or the other. */
  readonly associationCreateStatus: 'specified' | 'other'
  /** Not established: an unknown id or type in a batch of associations is named in a 207, or fails the whole request. */
  readonly badAssociation: 'partial' | 'whole'
  /** Not established: associating by a merged-away id reaches the survivor, or is an error. */
  readonly associateMergedAway: 'followed' | 'invalid'
  /** `toObjectId` of associations that are read: a string (OpenAPI files), or a number (examples of HubSpot's pages). */
  readonly associatedIds: 'string' | 'number'
  /** Not established: the first company that a record is associated with becomes its primary one, as in the app. */
  readonly firstCompanyPrimary: boolean

  /** X §10: who is in a list already, or is to leave one that it is not in, is reported as missing, or not at all. */
  readonly listAlreadyMember: 'unreported' | 'missing'
  /** Not established: a merged-away id put into a list means the survivor, or is missing. */
  readonly listMergedAway: 'followed' | 'missing'

  /** B §14: whether the API may subscribe an address that has opted out, of this kind of email or of all. */
  readonly resubscribe: 'rejected' | 'accepted'
  /** Whether the portal's people have turned the settings for the GDPR on: a subscription needs a legal basis. */
  readonly gdpr: boolean
}

export const WIDER_DEFAULTS: WiderSwitches = {
  companyDomain: 'kept',
  eventUnknownEmail: 'unassociated',
  eventMergedAway: 'followed',
  eventUnknownObject: 'lost',
  eventUnknownProperty: 'rejected',
  eventUuidTwice: 'silent',
  eventBatch: 'whole',
  associationCreateStatus: 'specified',
  badAssociation: 'partial',
  associateMergedAway: 'followed',
  associatedIds: 'string',
  firstCompanyPrimary: true,
  listAlreadyMember: 'unreported',
  listMergedAway: 'followed',
  resubscribe: 'rejected',
  gdpr: false,
}

export const WIDER_POSITIONS: { readonly [Name in keyof WiderSwitches]?: readonly WiderSwitches[Name][] } = {
  companyDomain: ['kept', 'bare'],
  eventUnknownEmail: ['unassociated', 'creates'],
  eventMergedAway: ['followed', 'lost'],
  eventUnknownObject: ['lost', 'rejected'],
  eventUnknownProperty: ['rejected', 'dropped'],
  eventUuidTwice: ['silent', 'rejected'],
  eventBatch: ['whole', 'others-kept', 'silent'],
  associationCreateStatus: ['specified', 'other'],
  badAssociation: ['partial', 'whole'],
  associateMergedAway: ['followed', 'invalid'],
  associatedIds: ['string', 'number'],
  firstCompanyPrimary: [true, false],
  listAlreadyMember: ['unreported', 'missing'],
  listMergedAway: ['followed', 'missing'],
  resubscribe: ['rejected', 'accepted'],
}
