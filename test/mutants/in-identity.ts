// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are pieces of the program

import { change, type Mutant, mutant } from './mutant.ts'

const IDENTITY = 'core/identity.ts'

/** Whose contact is whose. */
export const IN_IDENTITY: readonly Mutant[] = [
  mutant(
    'adopts without the claim',
    change(
      'deliver/claims.ts',
      'if (!(await take(session, world, work, key, step.from))) return const sent',
      'await take(session, world, work, key, step.from)\n  const sent',
    ),
    'exhaustive/exhaustive > somebody whom nobody knows has it',
  ),
  mutant(
    'does not claim what it has created',
    change(
      'deliver/writes.ts',
      'if (input.vid === undefined && !(await take(session, world, work, `vid#${contact.vid}`))) {',
      'if (false) {',
    ),
    'integration/identity/lost-answers',
    'integration/identity/two-new-users-one-email',
  ),
  mutant(
    'holds a claim whether its owner backs it or not',
    change(IDENTITY, 'claim === `vid#${vid}` || claim === `vid#${merging}`', 'true'),
    'unit/identity',
  ),
  mutant(
    'believes that nobody backs a claim while a write may land',
    change(IDENTITY, 'if (looks.length > 0 || record.verify > record.delivered.verified) return true', ''),
    'unit/identity',
  ),
  mutant(
    'takes a contact that carries another user’s id',
    change(IDENTITY, "if (carried) return { whose: 'another' }", ''),
    'unit/identity',
    'unit/delivery/decide',
  ),
  mutant(
    'sends an address that is another user’s',
    change('core/delivery/address.ts', 'default: return { is: trouble }', "default: return { is: 'send' }"),
    'integration/identity/two-new-users-one-email',
    'unit/delivery/decide',
  ),
  mutant(
    'sends an address with a conflict',
    [
      change(
        'core/delivery/payload.ts',
        "typeof email === 'object' ? email : refusalOf(wish.name, wish.newest, grounds)",
        "typeof email === 'object' ? undefined : refusalOf(wish.name, wish.newest, grounds)",
      ),
      change('core/delivery/payload.ts', "email === 'send' && wish.value", "email !== 'confirmed' && wish.value"),
    ],
    'unit/delivery/decide',
    'unit/delivery/settle',
  ),
  mutant(
    'mixes two users in one contact',
    change(
      'core/delivery/rules.ts',
      "{ incident: 'two users, one contact', outcome: 'conflict' }",
      "{ incident: 'two users, one contact', outcome: 'adopt' }",
    ),
    'unit/delivery/rules',
  ),
  mutant(
    'sends nothing to a contact that is newly linked',
    change(
      'core/delivery/transitions.ts',
      '...(email === undefined ? {} : { email }), version: 0, withheld,',
      '...(email === undefined ? {} : { email }), version: work.record.folded.version, withheld,',
    ),
    'integration/identity/the-browser-was-first',
    'unit/protocol',
  ),
  mutant(
    'ids that differ in case alone are one',
    change(IDENTITY, '/^[!-@[-}][!-@[-~]*$/.test(id)', '/^[!-}][!-~]*$/.test(id)'),
    'unit/identity',
    'integration/identity/ids-that-look-alike',
  ),
  mutant(
    'looks for no contact after a create without an answer',
    change('core/delivery/identify.ts', 'if (maybeCreated && id !== undefined', 'if (false && id !== undefined'),
    'unit/delivery/decide',
    'integration/identity/lost-answers',
  ),
  mutant(
    'a contact that was merged away is taken for its own',
    change('core/delivery/update.ts', 'if (byVid.vid !== vid || merged) return', 'if (false) return'),
    'unit/delivery/decide',
    'integration/identity/merged-in-hubspot',
  ),
  mutant(
    'writes to somebody who was erased for privacy',
    change('core/delivery/decide.ts', 'if (erased) return erased', ''),
    'integration/identity/an-erased-address-is-nobodys',
    'integration/identity/a-user-is-deleted',
  ),
]
