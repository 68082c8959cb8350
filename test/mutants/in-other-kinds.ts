import { change, type Mutant, mutant } from './mutant.ts'

const LINKS = 'core/kinds/links.ts'

/** Events, objects, associations, lists and subscriptions. */
export const IN_OTHER_KINDS: readonly Mutant[] = [
  mutant(
    'an event has no id of its own',
    change(
      'hubspot/requests/events.ts',
      'occurredAt: new Date(occurredAt), uuid,',
      'occurredAt: new Date(occurredAt),',
    ),
    'integration/hubspot-client-events',
  ),
  mutant(
    'an event that was told is told again',
    change('core/kinds/events.ts', "if (facts.told.size > 0) return { do: 'settle', ending: { forGood: true } }", ''),
    'unit/kinds/events',
  ),
  mutant(
    'an event is told before the properties that are on their way',
    change('core/kinds/events.ts', "if (owner.busy) return { do: 'later' }", ''),
    'unit/kinds/events',
  ),
  mutant(
    'what belongs to a user is told before their contact is known',
    change(
      'core/kinds/owner.ts',
      "if (delivered.vid === undefined) return { is: 'unknown', why: whyNot(record), absent: true }",
      '',
    ),
    'unit/kinds/owner',
  ),
  mutant(
    'an association stays with the contact of before',
    change(LINKS, 'const moved = delivered.vid !== owner.vid ||', 'const moved ='),
    'unit/kinds/links',
  ),
  mutant(
    'labels that people have given are lost',
    change(LINKS, 'new Map([...theirs, ...wanted].map(', 'new Map([...wanted].map('),
    'unit/kinds/links',
  ),
  mutant(
    'members of all lists go to the first one',
    change('core/kinds/lists.ts', 'batch: list, id:', "batch: 'lists', id:"),
    'integration/kinds/audiences',
  ),
  mutant(
    'consents stay with the address of before',
    change(
      'core/kinds/subscriptions.ts',
      'untold(task, owner, task.delivered.email !== email, now)',
      'untold(task, owner, false, now)',
    ),
    'unit/kinds/audiences',
  ),
  mutant(
    'tells of a contact that is another user’s, too',
    change('core/kinds/owner.ts', 'if (isShared(record))', 'if (false)'),
    'unit/kinds/owner',
  ),
  mutant(
    'takes over an object that has become another’s since it was searched for',
    change('core/kinds/objects.ts', 'facts.hits?.find(hit => isNobodys(hit, mapping))', 'facts.hits?.[0]'),
    'unit/kinds/objects',
  ),
  mutant(
    'trusts a search without reading back',
    change(
      'core/kinds/objects.ts',
      "if (open !== undefined && facts.hits === undefined) return ask('recall', open)",
      "if (open !== undefined) return ask('adopt', open, whole)",
    ),
    'unit/kinds/objects',
    'integration/kinds/companies',
  ),
  mutant(
    'what nobody answered for is not told again',
    change(
      'core/kinds/task.ts',
      '(record.verify > delivered.verified || delivered.looks.some(at => at <= now))',
      'false',
    ),
    'unit/kinds/audiences',
    'unit/kinds/objects',
  ),
]
