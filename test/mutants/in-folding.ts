import { change, type Mutant, mutant } from './mutant.ts'

/** What events are folded into. */
export const IN_FOLDING: readonly Mutant[] = [
  mutant(
    'ranks stamps by arrival',
    change(
      'core/event.ts',
      'return a.time - b.time || a.receivedAt - b.receivedAt',
      'return a.receivedAt - b.receivedAt || a.time - b.time',
    ),
    'unit/folding/fold',
  ),
  mutant(
    'the order within a request does not count',
    change('core/event.ts', '|| a.index - b.index ||', '||'),
    'unit/folding/fold',
  ),
  mutant(
    'of equal stamps the value that comes last stays',
    change(
      'core/folding/registers.ts',
      '(canonical(a) < canonical(b) ? 1 : -1)',
      '(a === candidate ? -1 : b === candidate ? 1 : 0)',
    ),
    'unit/folding/fold',
  ),
  mutant(
    'remembers no event',
    change('core/fold.ts', 'ring: ring.slice(-RING_LENGTH)', 'ring: []'),
    'unit/folding/fold',
  ),
  mutant(
    'a value that is the same is sent again',
    change('core/folding/registers.ts', 'version: sameValue ? version.before : version.now', 'version: version.now'),
    'unit/folding/fold',
  ),
  mutant(
    'values of before a deletion count',
    change('core/folding/deletion.ts', 'compareStamps(stamp, deletion) > 0 && mayRevive(config)', 'mayRevive(config)'),
    'unit/record-others',
    'integration/identity/a-user-is-deleted',
  ),
  mutant(
    'folding clears what is due',
    change(
      'core/fold.ts',
      'due: given.length > 0 ? dueFor(draft, folded, current, given) : undefined',
      'due: undefined',
    ),
    'unit/folding/fold',
  ),
  mutant(
    'an event that cannot be folded does not keep those behind it waiting',
    change(
      'record/handler.ts',
      'failed.push(...(users.get(user) ?? []).map(({ message }) => message))',
      'failed.push(...(users.get(user) ?? []).slice(0, 1).map(({ message }) => message))',
    ),
    'unit/record-handler',
  ),
  mutant(
    'what cannot be parked does not keep its group waiting',
    change('record/handler.ts', 'if (broken.has(group)) {', 'if (false) {'),
    'unit/record-handler',
  ),
  mutant(
    'events of what cannot be written are done with',
    change('record/batch.ts', 'for (const user of concerned) broken.add(user)', ''),
    'unit/record-handler',
  ),
]
