import { change, type Mutant, mutant } from './mutant.ts'

const ANSWERS = 'core/delivery/answers.ts'
const DOUBT = 'core/delivery/doubt.ts'
const SETTLE = 'core/delivery/settle.ts'
const CLASSIFY = 'hubspot/classify.ts'
const WRITES = 'deliver/writes.ts'

/** Calls to HubSpot, and what their answers are taken for. */
export const IN_DELIVERIES: readonly Mutant[] = [
  mutant(
    'trusts the order of the results',
    change(
      ANSWERS,
      "(byTrace.get(trace) ?? byId.get(properties[uniqueProperty] ?? '') ?? byEmail.get(properties.email ?? ''))",
      'result.contacts[inputs.findIndex(input => input.trace === trace)]',
    ),
    'unit/delivery/answers',
  ),
  mutant(
    'takes an input that is in neither list for written',
    change(
      ANSWERS,
      'else missing.push(input)',
      "else done.push({ input, contact: { vid: input.vid ?? '1', properties: {} } })",
    ),
    'unit/delivery/answers',
  ),
  mutant(
    'forgets an input that is in neither list',
    change(ANSWERS, 'else missing.push(input)', ''),
    'unit/delivery/answers',
  ),
  mutant(
    'does not announce its calls',
    change(WRITES, 'await store.journal({ id, kind, records, at: clock.now() })', ''),
    'exhaustive/exhaustive > one says more than once',
    'integration/identity/lost-answers',
  ),
  mutant(
    'forgets a call before its records are settled',
    change(
      WRITES,
      'await heedAnswer(session, world, batch, kind, answer, outcome) await store.forget(id)',
      'await store.forget(id)\n  await heedAnswer(session, world, batch, kind, answer, outcome)',
    ),
    'exhaustive/exhaustive > one says more than once',
  ),
  mutant(
    'forgets leftovers unread',
    change(
      'deliver/leftovers.ts',
      'const undoubted = await doubtCall(session, entry)',
      'const undoubted: JournalEntry["records"] = []',
    ),
    'exhaustive/exhaustive > one says more than once',
  ),
  mutant(
    'takes a 5xx for a refusal',
    change(CLASSIFY, "return ['rejected'] return ['unavailable']", "return ['rejected']\n  return ['rejected']"),
    'unit/hubspot/classify',
  ),
  mutant(
    'takes 401 for a refusal',
    change(CLASSIFY, "401: ['unauthorized', 'certain']", "401: ['rejected', 'certain']"),
    'unit/hubspot/classify',
  ),
  mutant(
    'takes 429 for a refusal',
    change(CLASSIFY, "429: ['limited', 'certain']", "429: ['rejected', 'certain']"),
    'unit/hubspot/classify',
  ),
  mutant(
    'never looks again at what may still land',
    change(DOUBT, 'world.config.delivery.holds.map(hold => world.now + hold * 1_000)', '[]'),
    'unit/protocol',
  ),
  mutant(
    'a later success ends a hold',
    change(SETTLE, 'work.delivered.looks.filter(at => at > world.now)', '[] as number[]'),
    'unit/protocol',
  ),
  mutant('doubts without saying so', change(DOUBT, 'raiseVerify: true,', ''), 'unit/delivery/settle', 'unit/protocol'),
  mutant(
    'takes a write without an answer for none',
    change(WRITES, 'return takeSilence(session, world, batch, kind, outcome)', 'return'),
    'integration/deliver-weather',
  ),
  mutant(
    'forgets what HubSpot has refused',
    change(
      SETTLE,
      "state: inConflict ? 'conflict' : 'synced', withheld,",
      "state: inConflict ? 'conflict' : 'synced',\n    withheld: new Map(),",
    ),
    'unit/delivery/settle',
    'integration/deliver-bad-values',
  ),
  mutant(
    'trouble makes what was refused before be sent again',
    change(SETTLE, 'withheld: new Map([...work.delivered.withheld, ...withheld]),', 'withheld,'),
    'unit/delivery/settle',
  ),
  mutant(
    'a conflict needs no probe',
    change(
      SETTLE,
      "if (delivered.state === 'conflict') return",
      "if (delivered.state === 'conflict') return undefined\n  if (false) return",
    ),
    'unit/delivery/settle',
  ),
  mutant(
    'gives an address up before HubSpot has confirmed the new one',
    change(WRITES, 'work.delivered.looks.every(at => at <= clock.now())', 'true'),
    'integration/identity/the-email-changes',
  ),
  mutant(
    'a merge without an answer is forgotten',
    change('deliver/merges.ts', "await session.settle(doubt(work, { kind: 'merge', properties: ['email'] }, now))", ''),
    'integration/identity/merges-cannot-be-undone',
    'integration/identity/the-browser-was-faster',
  ),
  mutant(
    'merges again without having looked',
    change('core/delivery/update.ts', 'if (byVid === undefined && inDoubt(work, world)) {', 'if (false) {'),
    'unit/delivery/decide',
  ),
  mutant(
    'does not count calls that are under way',
    change('hubspot/pacing.ts', 'this.#underWay + this.#answers.length + ahead', 'this.#answers.length + ahead'),
    'unit/hubspot/pacing',
  ),
  mutant(
    'a new token is taken without asking whose portal it is',
    change('hubspot/connection.ts', 'if (this.#tokenReplaced && !asksForId) return replacedToken', ''),
    'integration/deliver-replaced-token',
  ),
]
