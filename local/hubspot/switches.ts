import { WIDER_DEFAULTS, WIDER_POSITIONS, type WiderSwitches } from './wider-switches.ts'

/**
 * One entry for each thing about HubSpot that is believed but not confirmed (B), on which sources contradict each
 * other (X), or that differs between portals. A system that talks to HubSpot must be right in every position.
 */
export interface Switches extends WiderSwitches {
  /** C §3.3: unique `objectWriteTraceId`s make a batch partial (207). Off: every batch is all-or-nothing. */
  readonly tracesMakePartial: boolean
  /** §3.2: "may be echoed": whether results carry the `objectWriteTraceId` of their input. */
  readonly echoTraces: boolean
  /** CL §3.3: results come in another order than the inputs. */
  readonly shuffleResults: boolean

  /** §3.7 CL: a taken email is answered with 409 "Existing ID: N", or as in a race with 400 "N already has that value". */
  readonly emailConflict: '409' | '400'
  /** §3.6 B, §3.7 CL: the same for a taken value of a custom unique property. */
  readonly uniqueConflict: '409' | '400'
  /** X §3.7: whether an untraced batch/create writes its good inputs when another one conflicts. */
  readonly untracedCreate: 'all-or-nothing' | 'partial'
  /** §3.7 CL (untraced): two inputs with one email in a traced batch/create fail the whole request, or the second. */
  readonly sameEmailTwice: 'whole' | 'second'
  /** B §3.8: the status of an untraced batch/update with an unknown id. */
  readonly untracedUnknownId: 404 | 400
  /** B §3.4: two different ids that resolve to one record fail the whole request, or are applied one after the other. */
  readonly twoIdsOneRecord: 'rejected' | 'applied'
  /** Not established: an id twice in a batch/read. §3.4 speaks of updates and upserts. */
  readonly duplicateReadIds: 'rejected' | 'once'
  /** Not established: two different ids of a batch/read that resolve to one record give one result, or two. */
  readonly readSameRecord: 'once' | 'twice'
  /** X §3.6: batch/update with idProperty=email. */
  readonly updateByEmail: 'rejected' | 'accepted'
  /** X §3.6 "partial upserts are not supported when using email": a traced upsert by email is all-or-nothing, or not. */
  readonly upsertByEmail: 'per-input' | 'all-or-nothing'
  /** B §3.8: batch/archive of unknown ids. */
  readonly archiveUnknown: 204 | 404

  /** B §4: an email changed to a brand-new address: the old one is gone, or stays as a secondary. */
  readonly oldPrimary: 'dropped' | 'secondary'
  /** B §4: a primary replaced by one of the contact's own secondaries: it becomes a secondary, or is gone. */
  readonly promotedOver: 'secondary' | 'dropped'
  /** CL §4: a form sent with a secondary address makes it the primary. */
  readonly formFlipsPrimary: boolean
  /** B §15: a known browser names itself by an address nobody has: a new contact, or its contact gets the address. */
  readonly knownVisitorNewEmail: 'new-contact' | 'overwrites'
  /** X §4: writing `hs_additional_emails` through the objects API. */
  readonly additionalEmails: 'read-only' | 'writable'
  /** X §4: a search for `email EQ` finds secondary addresses. */
  readonly searchSecondary: boolean
  /** §17: whether the token may use the legacy v1 secondary-email API, and whether it still exists (until Sept 2027). */
  readonly secondaryEmailApi: 'served' | 'forbidden' | 'gone'

  /** C §5: a merge makes a new record with a new id, or (public beta) keeps the primary's id. */
  readonly mergeIds: 'new' | 'primary'
  /** B §12: in the webhook of a merge that keeps the primary's id, `newObjectId` is absent, or that id. */
  readonly mergeEventNewId: 'absent' | 'same'
  /** B §5: a single PATCH by a merged-away id updates the survivor, is not found, or silently does nothing. */
  readonly patchMergedAway: 'survivor' | 'not-found' | 'nothing'
  /** CL §5 (dropped): what batch/update does with a merged-away id. */
  readonly updateMergedAway: 'dropped' | 'survivor'
  /** B §5: the loser's primary email becomes a secondary of the survivor, or is free. */
  readonly loserEmail: 'secondary' | 'dropped'
  /** B §5, §17: the loser's unique value is free after a merge, or held by the survivor's history. */
  readonly loserUnique: 'free' | 'held'
  /** Not established: properties that the primary does not have come from the loser. */
  readonly mergeFillsGaps: boolean
  /** B §6, §17: an archived contact's unique value is free, or stays taken. */
  readonly archivedUnique: 'free' | 'held'
  /** B §6: whether unique values that differ only in case are the same. */
  readonly uniqueIgnoresCase: boolean

  /** B §13: a property value of `null` is ignored, or refused with 400. */
  readonly nullValue: 'ignored' | 'rejected'
  /** B §13: v3 and a date that is not midnight UTC: refused, or cut to its day. (2026-09 always normalises, §0.) */
  readonly lateDate: 'rejected' | 'normalised'
  /** §13: the form in which times come back: whole seconds without their zero milliseconds (CL), or always with them. */
  readonly trimMilliseconds: boolean
  /** C §13 `lifecyclestage` never moves back unless cleared first; B whether that is silent or an error. */
  readonly lifecycleBack: 'ignored' | 'rejected'
  /** B §3.9: email addresses need a known top-level domain. */
  readonly emailNeedsTopLevelDomain: boolean
  /** C §0: properties without which 2026-09 refuses to create (admin's rules; v3 ignores them). */
  readonly requiredOnCreate: readonly string[]

  /** B §14: how a blocklisted email is refused. */
  readonly blocklisted: 400 | 409
  /** §14: a privacy deletion of a contact that was found blocks its address too (C only where it was not found). */
  readonly eraseBlocksFound: boolean

  /** CL §7: milliseconds until a write shows in search. */
  readonly searchLag: number
  /** §8: the field that names the kind of a 429: `errorType: RATE_LIMIT` (docs) or `category: RATE_LIMITS` (seen). */
  readonly rateLimitShape: 'errorType' | 'category'
  /** §8: seconds in a `Retry-After` header on 429. The documented contract has none. */
  readonly retryAfterOn429: number | undefined
  /** §3.9: scopes that the token lacks: calls that need one get 403. */
  readonly missingScopes: readonly string[]
  /** C §9: what the account has bought: custom events and custom objects need Enterprise. */
  readonly plan: 'enterprise' | 'professional'
}

export const DEFAULT_SWITCHES: Switches = {
  tracesMakePartial: true,
  echoTraces: true,
  shuffleResults: true,
  emailConflict: '409',
  uniqueConflict: '400',
  untracedCreate: 'all-or-nothing',
  sameEmailTwice: 'whole',
  untracedUnknownId: 404,
  twoIdsOneRecord: 'rejected',
  duplicateReadIds: 'rejected',
  readSameRecord: 'once',
  updateByEmail: 'rejected',
  upsertByEmail: 'per-input',
  archiveUnknown: 204,
  oldPrimary: 'dropped',
  promotedOver: 'secondary',
  formFlipsPrimary: true,
  knownVisitorNewEmail: 'new-contact',
  additionalEmails: 'read-only',
  searchSecondary: false,
  secondaryEmailApi: 'served',
  mergeIds: 'new',
  mergeEventNewId: 'absent',
  patchMergedAway: 'survivor',
  updateMergedAway: 'dropped',
  loserEmail: 'secondary',
  loserUnique: 'free',
  mergeFillsGaps: true,
  archivedUnique: 'free',
  uniqueIgnoresCase: false,
  nullValue: 'ignored',
  lateDate: 'rejected',
  trimMilliseconds: false,
  lifecycleBack: 'ignored',
  emailNeedsTopLevelDomain: true,
  requiredOnCreate: [],
  blocklisted: 400,
  eraseBlocksFound: true,
  ...WIDER_DEFAULTS,
  searchLag: 3_000,
  rateLimitShape: 'errorType',
  retryAfterOn429: undefined,
  missingScopes: [],
  plan: 'enterprise',
}

/** Every position of the switches that have a handful: for tests that go through all of them. */
export const POSITIONS: { readonly [Name in keyof Switches]?: readonly Switches[Name][] } = {
  tracesMakePartial: [true, false],
  echoTraces: [true, false],
  shuffleResults: [true, false],
  emailConflict: ['409', '400'],
  uniqueConflict: ['400', '409'],
  untracedCreate: ['all-or-nothing', 'partial'],
  sameEmailTwice: ['whole', 'second'],
  untracedUnknownId: [404, 400],
  twoIdsOneRecord: ['rejected', 'applied'],
  duplicateReadIds: ['rejected', 'once'],
  readSameRecord: ['once', 'twice'],
  updateByEmail: ['rejected', 'accepted'],
  upsertByEmail: ['per-input', 'all-or-nothing'],
  archiveUnknown: [204, 404],
  oldPrimary: ['dropped', 'secondary'],
  promotedOver: ['secondary', 'dropped'],
  formFlipsPrimary: [true, false],
  knownVisitorNewEmail: ['new-contact', 'overwrites'],
  additionalEmails: ['read-only', 'writable'],
  searchSecondary: [false, true],
  secondaryEmailApi: ['served', 'forbidden', 'gone'],
  mergeIds: ['new', 'primary'],
  mergeEventNewId: ['absent', 'same'],
  patchMergedAway: ['survivor', 'not-found', 'nothing'],
  updateMergedAway: ['dropped', 'survivor'],
  loserEmail: ['secondary', 'dropped'],
  loserUnique: ['free', 'held'],
  mergeFillsGaps: [true, false],
  archivedUnique: ['free', 'held'],
  uniqueIgnoresCase: [false, true],
  nullValue: ['ignored', 'rejected'],
  lateDate: ['rejected', 'normalised'],
  trimMilliseconds: [false, true],
  lifecycleBack: ['ignored', 'rejected'],
  emailNeedsTopLevelDomain: [true, false],
  blocklisted: [400, 409],
  eraseBlocksFound: [true, false],
  ...WIDER_POSITIONS,
  rateLimitShape: ['errorType', 'category'],
}
