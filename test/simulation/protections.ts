import type { Patch } from './patched-copy.ts'

/** What keeps a fault from doing harm, and how to take it away. */
export interface Protection {
  readonly name: string
  /** The faults and deeds without which its absence does no harm, by the beginning of what they are counted as. */
  readonly against: readonly string[]
  readonly patches: readonly Patch[]
}

const patch = (file: string, find: string, replace: string): Patch => ({ file, find, replace })

const CONDITIONS = 'store/dynamo/conditions.ts'

export const PROTECTIONS: readonly Protection[] = [
  {
    name: 'the table is read consistently, one item at a time',
    against: [],
    patches: [patch('store/dynamo/table.ts', 'keyOf(key), ConsistentRead: true', 'keyOf(key)')],
  },
  {
    name: 'the table is read consistently, many items at a time',
    against: [],
    patches: [patch('store/dynamo/table.ts', 'Keys: wanted, ConsistentRead: true', 'Keys: wanted')],
  },
  {
    name: 'the newest stamp wins, whatever comes last',
    against: ['replay', 'dead letters', 'deletion lost', 'late'],
    patches: [
      patch(
        'core/folding/registers.ts',
        '(a, b) => compareStamps(b.stamp, a.stamp) || (canonical(a) < canonical(b) ? 1 : -1)',
        '(a, b) => (a === candidate ? -1 : b === candidate ? 1 : 0)',
      ),
    ],
  },
  {
    name: 'a call left in the journal is read back',
    against: ['crash in flight'],
    patches: [
      patch(
        'deliver/leftovers.ts',
        'for (const entry of await store.leftovers()) {',
        'for (const entry of await store.leftovers()) {\n    await store.forget(entry.id)\n    continue',
      ),
    ],
  },
  {
    name: 'HubSpot is read back again when a hold ends',
    against: ['hubspot: lands late'],
    patches: [
      patch('core/delivery/doubt.ts', 'world.config.delivery.holds.map(hold => world.now + hold * 1_000)', '[]'),
    ],
  },
  {
    name: 'a write without an answer is doubted',
    against: ['hubspot: lands late', 'hubspot: answer lost', 'hubspot: 5xx after'],
    patches: [patch('deliver/writes.ts', 'return takeSilence(session, world, batch, kind, outcome)', 'return')],
  },
  {
    name: 'no older deliverer settles after a newer one',
    against: ['freeze: deliver', 'second deliverer', 'deletion lost', 'wake-ups'],
    patches: [
      patch(
        CONDITIONS,
        "text: '(attribute_not_exists(#token) OR #token <= :token)',\n  values: { ':token': number(token) },",
        "text: 'attribute_exists(#pk)',",
      ),
    ],
  },
  {
    name: 'a fold is written only if nobody has folded since',
    against: ['freeze: record', 'deletion lost', 'table: asked twice', 'replay', 'crash: record', 'dead letters'],
    patches: [
      patch(
        CONDITIONS,
        "text: '#writes = :writes',\n  values: { ':writes': number(writes) },",
        "text: 'attribute_exists(#pk)',",
      ),
    ],
  },
  {
    name: 'due is cleared only at the version that was sent',
    against: [],
    patches: [
      patch(
        CONDITIONS,
        "text: '#version = :foldVersion',\n  values: { ':foldVersion': number(version) },",
        "text: 'attribute_exists(#pk)',",
      ),
    ],
  },
  {
    name: '429 is not a refusal',
    against: ['hubspot: 429'],
    patches: [patch('hubspot/classify.ts', "429: ['limited', 'certain']", "429: ['rejected', 'certain']")],
  },
  {
    name: '423 is not a refusal',
    against: ['hubspot: 423'],
    patches: [patch('hubspot/classify.ts', "423: ['busy', 'certain']", "423: ['rejected', 'certain']")],
  },
  {
    name: '477 is not a refusal',
    against: ['hubspot: 477'],
    patches: [patch('hubspot/classify.ts', "477: ['busy', 'certain']", "477: ['rejected', 'certain']")],
  },
  {
    name: '401 is not a refusal',
    against: ['hubspot: 401', 'token rotated'],
    patches: [patch('hubspot/classify.ts', "401: ['unauthorized', 'certain']", "401: ['rejected', 'certain']")],
  },
  {
    name: '403 stops deliveries',
    against: ['forbidden'],
    patches: [patch('hubspot/classify.ts', "403: ['forbidden']", "403: ['rejected']")],
  },
  {
    name: 'a 5xx is no answer',
    against: ['hubspot: 5xx', 'hubspot: outage', 'hubspot: lands late'],
    patches: [patch('hubspot/classify.ts', "  return ['unavailable']", "  return ['rejected']")],
  },
  {
    name: 'an input that is missing from an answer was not written',
    against: ['hubspot: results missing', 'merge', 'hubspot: empty answer'],
    patches: [
      patch(
        'core/delivery/answers.ts',
        'else missing.push(input)',
        'else if (input.vid) done.push({ input, contact: { vid: input.vid, properties: {} } })\n    else missing.push(input)',
      ),
    ],
  },
  {
    name: 'what cannot be folded now stays in the queue',
    against: ['table'],
    patches: [
      patch('record/handler.ts', 'failed.push(...(users.get(user) ?? []).map(({ message }) => message))', 'void user'),
    ],
  },
  {
    name: 'the sweep wakes',
    against: ['wake-ups lost', 'crash', 'table', 'queue', 'hubspot', 'forbidden'],
    patches: [patch('sweep/handler.ts', 'await wakeUps.wakeRegardless()', 'await Promise.resolve()')],
  },
  {
    name: 'what is no event is parked',
    against: ['poison'],
    patches: [patch('record/handler.ts', 'const parked = await park(message, error, recorder, deps)', 'throw error')],
  },
  {
    name: 'a contact that is gone is made again',
    against: ['archive'],
    patches: [
      patch(
        'core/delivery/update.ts',
        'if (byVid === null) return gone(world)',
        "if (byVid === null) return { do: 'settle' }",
      ),
    ],
  },
  {
    name: 'what the queue refused of a batch is sent again',
    against: ['queue: refuses some'],
    patches: [
      patch(
        'queues/event-queue.ts',
        'for (const { Id } of answer.Successful ?? []) refused.delete(Number(Id))',
        'refused.clear()',
      ),
    ],
  },
  {
    name: 'a send without an answer is not confirmed',
    against: ['queue: never arrives'],
    patches: [
      patch(
        'queues/event-queue.ts',
        "log.warn('SQS did not take a batch of events'",
        "refused.clear()\n      log.warn('SQS did not take a batch of events'",
      ),
    ],
  },
  {
    name: 'secrets are read again',
    against: ['token rotated'],
    patches: [
      patch(
        'runtime/cached-secrets.ts',
        'const fresh = last !== undefined && clock.monotonic() - last.at < longest',
        'const fresh = last !== undefined',
      ),
    ],
  },
  {
    name: 'old signatures are refused',
    against: ['forge'],
    patches: [
      patch(
        'runtime/authentication.ts',
        'if (Math.abs(now / 1000 - Number(timestamp)) > SIGNATURE_TOLERANCE) return false',
        '',
      ),
    ],
  },
  {
    name: 'logs name nobody',
    against: [],
    patches: [patch('core/fingerprint.ts', 'sha256(value).slice(0, 16)', 'sha256(value) && value')],
  },
  {
    name: 'another user’s contact is a conflict',
    against: [],
    patches: [
      patch(
        'core/delivery/rules.ts',
        "{ incident: 'two users, one contact', outcome: 'conflict' }",
        "{ incident: 'two users, one contact', outcome: 'adopt' }",
      ),
    ],
  },
]
