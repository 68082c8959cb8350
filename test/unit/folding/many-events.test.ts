import { describe, expect, it } from 'vitest'
import { defineConfig } from '../../../functions/core/config.ts'
import type { ContactRecord } from '../../../functions/core/record.ts'
import { encodeFolded } from '../../../functions/store/dynamo/folded-document.ts'
import { eventOf, recordOf } from '../../support/events.ts'
import { foldEvents } from '../../support/folding.ts'
import { NOON } from '../../support/records.ts'
import { schemaOf } from '../../support/schemas.ts'

const world = { schema: schemaOf(), config: defineConfig({}), now: NOON }
const sizeOf = (record: ContactRecord | undefined) => (record ? encodeFolded(record.folded).length : 0)

/** The nth event: always another city and name, every tenth another address. */
const said = (n: number) =>
  eventOf(n, {
    city: `City ${n}`,
    firstName: `Name ${n}`,
    ...(n % 10 === 0 ? { email: `alex-${n}@example.com` } : {}),
  })

describe('a user of whom very much is said', () => {
  it('takes no more room after 100,000 events than after 1,000', { timeout: 120_000 }, () => {
    let record: ContactRecord | undefined
    let early = 0
    for (let first = 1; first <= 100_000; first += 10) {
      const events = Array.from({ length: 10 }, (_, index) => said(first + index))
      record = recordOf(foldEvents(record, events, world).folded)
      if (first === 991) early = sizeOf(record)
    }

    expect(record?.folded.registers.get('city')?.candidates[0].value).toBe('City 100000')
    expect(early).toBeGreaterThan(0)
    // Numbers have grown by some digits.
    expect(sizeOf(record)).toBeLessThan(early * 1.1)
  })
})
