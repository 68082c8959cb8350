/**
 * Identity, as data: every case in which something that a user needs is held by a contact of HubSpot, and what follows.
 * `decide` gathers a `Situation`; the first rule that fits gives the outcome. Nothing else in the system judges identity.
 *
 *                       found by an address, our id, or named by HubSpot
 *        unlinked ───────────────────────────────────────────────────────────► linked
 *           │     ours, nobody's, a lead's: adopt │ another's: wait, conflict     │
 *           │ found nowhere: create ──────────────┴──────────────────────────────►│
 *           │                                                                     │ the contact that holds a new address is
 *           │                                                                     ├─ the user's own ──── promote
 *           │                                                                     ├─ nobody's ────────── merge, or conflict
 *           │◄──── deleted in HubSpot: recreate (policy) ─────────────────────────┤
 *           │                                                                     └─ another user's ──── wait, clear, detach,
 *           └─ conflict ── the cause goes ──► as before                                                  or conflict
 */
export interface Situation {
  /** Whether the user has a contact. A `lead` is known by its address alone. */
  readonly user: 'unlinked' | 'linked' | 'lead'
  /** Whose the contact is that holds what the user needs. */
  readonly holder: 'self' | 'ours' | 'absorbed' | 'nobody' | 'lead' | 'another'
  /** How it holds it: as its primary email, as a further one, by our unique property, as a claim not yet
   * in HubSpot, or by nothing but the product's word. */
  readonly as: 'primary' | 'secondary' | 'id' | 'claim' | 'hint'
  /**
   * Of another user: whether they keep the address, are about to leave it, wait for ours in a circle, have left it, or
   * have left it but for a write that may still land (`in_doubt`); or an operator has ordered to `split` the two.
   */
  readonly other: Other
  /** What the policy and the API version allow. */
  readonly merge: boolean
  readonly detach: boolean
}

export type Other = 'keeps' | 'leaves' | 'our_turn' | 'has_left' | 'in_doubt' | 'split' | 'none'

export type Outcome =
  /** Claim the contact and write its vid into the record; everything is sent to it. */
  | 'adopt'
  /** The same, but its primary email stays: it may be somebody else's address. */
  | 'adopt_without_email'
  /** A lead's values go to the user's contact, where the user has none of their own. */
  | 'contribute'
  /** Send the address: HubSpot makes it the primary one of the same contact. */
  | 'send'
  /** Claim the contact and merge it into the user's own. */
  | 'merge'
  /** The other user is about to leave the address. */
  | 'wait'
  /** Users want one another's addresses in a circle: clear ours first, set the new one last. */
  | 'clear'
  /** HubSpot has kept the address as a further one of a user who has left it: take it off there. */
  | 'detach'
  /** Everything but the address is delivered; the rest needs a person, or the other user to move. */
  | 'conflict'

interface Rule
  extends Partial<{ readonly [Field in keyof Situation]: Situation[Field] | readonly Situation[Field][] }> {
  /** The incident, in words. */
  readonly incident: string
  readonly outcome: Outcome
}

export const RULES: readonly Rule[] = [
  {
    incident: 'a lead whose address a user has',
    user: 'lead',
    holder: 'another',
    as: ['primary', 'secondary', 'id'],
    other: 'keeps',
    outcome: 'contribute',
  },
  { incident: 'a lead whose address a user is about to get', user: 'lead', as: 'claim', outcome: 'wait' },
  {
    incident: 'the contact was made for this user before',
    user: ['unlinked', 'lead'],
    holder: 'ours',
    outcome: 'adopt',
  },
  {
    incident: 'two ids become one, and only the previous one has a contact',
    user: 'unlinked',
    holder: 'absorbed',
    outcome: 'adopt',
  },
  {
    incident: 'two ids become one, and both have a contact',
    user: 'linked',
    holder: 'absorbed',
    merge: true,
    outcome: 'merge',
  },
  { incident: 'the product knows the contact', user: 'unlinked', holder: 'nobody', as: 'hint', outcome: 'adopt' },
  { incident: 'the browser was first', user: ['unlinked', 'lead'], holder: 'nobody', as: 'primary', outcome: 'adopt' },
  {
    incident: 'the address is a further one of somebody whom nobody knows',
    holder: 'nobody',
    user: ['unlinked', 'lead'],
    as: 'secondary',
    outcome: 'adopt_without_email',
  },
  { incident: 'a lead becomes a user', user: 'unlinked', holder: 'lead', outcome: 'adopt' },
  {
    incident: 'a user takes the address of a lead',
    user: 'linked',
    holder: 'lead',
    as: ['primary', 'claim'],
    merge: true,
    outcome: 'merge',
  },
  { incident: 'the address is a further one of the user', user: 'linked', holder: 'self', outcome: 'send' },
  {
    incident: 'the browser was faster',
    user: 'linked',
    holder: ['nobody', 'ours'],
    as: 'primary',
    merge: true,
    outcome: 'merge',
  },
  { incident: 'another contact carries our id', user: 'linked', holder: 'ours', merge: true, outcome: 'merge' },
  {
    incident: 'users swap addresses, and it is ours to begin',
    user: 'linked',
    holder: 'another',
    other: 'our_turn',
    outcome: 'clear',
  },
  { incident: 'the other user is about to leave the address', holder: 'another', other: 'leaves', outcome: 'wait' },
  {
    incident: 'the other user has left, HubSpot keeps the address',
    holder: 'another',
    as: 'secondary',
    other: 'has_left',
    detach: true,
    outcome: 'detach',
  },
  {
    incident: 'two users, one contact, and an operator splits them',
    holder: 'another',
    as: 'secondary',
    other: 'split',
    detach: true,
    outcome: 'detach',
  },
  { incident: 'two users, one contact', outcome: 'conflict' },
]

/** @returns the outcome of the first rule whose every field fits. The last rule fits always. */
export function outcomeOf(situation: Situation): Outcome {
  const fits = (rule: Rule, field: keyof Situation): boolean => {
    const asked: unknown = rule[field]
    return asked === undefined || (Array.isArray(asked) ? asked.includes(situation[field]) : asked === situation[field])
  }
  const fields = ['user', 'holder', 'as', 'other', 'merge', 'detach'] as const
  return RULES.find(rule => fields.every(field => fits(rule, field)))?.outcome ?? 'conflict'
}
