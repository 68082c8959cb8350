// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are pieces of the program

import { change, type Mutant, mutant } from './mutant.ts'

const AUTHENTICATION = 'runtime/authentication.ts'
const SIGNATURE = 'notice/signature.ts'

/** What comes in, and what gets out. */
export const AT_THE_DOORS: readonly Mutant[] = [
  mutant(
    'the beginning of a signature is enough',
    [
      change(SIGNATURE, 'const given = sha256(signature)', 'const given = signature'),
      change(SIGNATURE, 'timingSafeEqual(given, sha256(mine))', 'mine.startsWith(given)'),
    ],
    'unit/notice/signature',
    'security/keys',
  ),
  mutant(
    'the beginning of a webhook’s signature is enough',
    [
      change(
        AUTHENTICATION,
        "sha256(Buffer.from(signature.slice(3), 'base64'))",
        "Buffer.from(signature.slice(3), 'base64')",
      ),
      change(
        AUTHENTICATION,
        "sha256(createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest())",
        "createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()",
      ),
      change(AUTHENTICATION, 'timingSafeEqual(mine, theirs)', 'mine.subarray(0, theirs.length).equals(theirs)'),
    ],
    'security/keys',
    'integration/receive',
  ),
  mutant(
    'signatures are good for ever',
    change(AUTHENTICATION, 'if (Math.abs(now / 1000 - Number(timestamp)) > SIGNATURE_TOLERANCE) return false', ''),
    'security/replays',
    'integration/receive',
  ),
  mutant(
    'HubSpot’s signatures are good for ever',
    change(SIGNATURE, 'if (Math.abs(now - Number(timestamp)) > TOLERANCE) return false', ''),
    'unit/notice/signature',
  ),
  mutant(
    'an empty secret signs',
    change(SIGNATURE, ".filter(secret => secret !== '')", ''),
    'unit/notice/signature',
    'security/keys',
  ),
  mutant(
    'two ids have one key',
    change(
      'core/keys.ts',
      "encodeURIComponent(id.toWellFormed()).replace(/^~/, '%7E')",
      'encodeURIComponent(id.toWellFormed())',
    ),
    'unit/keys',
  ),
  mutant(
    'an address stands in a log',
    change('core/fingerprint.ts', 'sha256(value).slice(0, 16)', 'sha256(value) && value'),
    'unit/fingerprint',
  ),
  mutant(
    'HubSpot’s words are kept with the addresses in them',
    change('hubspot/redaction.ts', "words = words.replace(EMAIL, '…')", ''),
    'unit/hubspot/redaction',
  ),
  mutant(
    'confirms what the queue has refused',
    change(
      'queues/event-queue.ts',
      'for (const { Id } of answer.Successful ?? []) refused.delete(Number(Id))',
      'refused.clear()',
    ),
    'integration/queues',
  ),
  mutant(
    'confirms what the queue never answered',
    change(
      'queues/event-queue.ts',
      "log.warn('SQS did not take a batch of events'",
      "refused.clear()\n      log.warn('SQS did not take a batch of events'",
    ),
    'integration/queues',
  ),
]
