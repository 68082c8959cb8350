import { describe, expect, it } from 'vitest'
import type { LogEntry } from '../../functions/core/call-log.ts'
import type { ConfigInput } from '../../functions/core/config.ts'
import type { ContactKey } from '../../functions/core/types.ts'
import { type Pipeline, pipeline } from '../support/pipeline.ts'
import { vidOf } from '../support/records.ts'

type Setting = NonNullable<ConfigInput['callLog']>

function logging(
  callLog: Setting = {},
  more: ConfigInput = {},
  options: Parameters<typeof pipeline>[0] = {},
): Pipeline {
  const p = pipeline({ ...options, config: { ...more, callLog } })
  p.hubspot.defineProperty({ name: 'seats', type: 'number' })
  return p
}

const logOf = (p: Pipeline, key: ContactKey): Promise<LogEntry[]> => p.store.readCallLog(key, 100)

describe('the call log', () => {
  it('tells from which event a value came, what was sent, and what HubSpot answered', async () => {
    const p = logging({ of: 'all' })
    await p.identify('u1', { email: 'alex@example.com', firstName: 'Alexandra' })

    await p.untilQuiet()

    const [entry] = await logOf(p, 'user#u1')
    const { registers } = (await p.user('u1')).folded
    const created = entry?.calls.find(({ exchange }) => exchange?.operation === 'createContacts')
    expect(created).toMatchObject({
      kind: 'contact',
      exchange: { method: 'POST', path: '/crm/v3/objects/contacts/batch/create', status: 201, correlationId: /./ },
      inputs: 1,
      causes: [{ event: registers.get('email')?.candidates[0].stamp.id, changes: { email: 1, firstname: 1 } }],
      sent: { email: 'a***@e***.com', firstname: 'A*** (9)' },
      answer: { kind: 'ok', vid: p.contactOf('u1').vid },
    })
    expect(entry?.settled).toEqual([{ kind: 'contact', state: 'synced', version: 1, problems: {} }])
  })

  it('tells of the question that found an existing contact', async () => {
    const p = logging({ of: 'all' })
    const { vid } = p.hubspot.seedContact({ email: 'alex@example.com' })
    await p.identify('u1', { email: 'alex@example.com' })

    await p.untilQuiet()

    const calls = (await logOf(p, 'user#u1')).flatMap(entry => entry.calls)
    expect(calls.map(({ exchange, answer }) => [exchange?.operation, answer.vid])).toEqual([
      ['readContacts', vid],
      ['updateContacts', vid],
    ])
  })

  it('keeps, unless it is asked for more, only those who have a problem', async () => {
    const p = logging()
    await p.identifyAll([
      ['well', { email: 'well@example.com' }],
      ['lacking', { email: 'lacking@example.com', nosuch: 'x' }],
    ])

    await p.untilQuiet()

    expect(await logOf(p, 'user#well')).toEqual([])
    const [entry] = await logOf(p, 'user#lacking')
    expect(entry?.settled[0]?.problems).toMatchObject({ nosuch: expect.stringContaining('property') })
  })

  it('keeps a conflict, and the call in which it showed', async () => {
    const p = logging()
    await p.identify('first', { email: 'shared@example.com' })
    await p.untilQuiet()
    await p.identify('second', { email: 'shared@example.com' })

    await p.untilQuiet()

    const [entry] = await logOf(p, 'user#second')
    expect(entry?.settled).toMatchObject([{ state: 'conflict' }])
    expect(entry?.calls.at(-1)).toMatchObject({ answer: { vid: p.contactOf('first').vid } })
  })

  it('keeps nothing when it is off', async () => {
    const p = logging({ of: 'off' })
    await p.identify('u1', { email: 'alex@example.com', nosuch: 'x' })

    await p.untilQuiet()

    expect(await logOf(p, 'user#u1')).toEqual([])
  })

  it('costs one write a person and round, however many calls there were', async () => {
    const kinds: string[] = []
    const p = logging({ of: 'all' }, {}, { store: { onWrite: ({ kind }) => kinds.push(kind) } })
    p.hubspot.seedContact({ email: 'user3@example.com' })

    await p.identifyAll(Array.from({ length: 20 }, (_, n) => [`u${n}`, { email: `user${n}@example.com` }] as const))
    await p.untilQuiet()

    expect(kinds.filter(kind => kind === 'log')).toHaveLength(20)
  })

  it('shows values in full where that is the setting, and addresses never', async () => {
    const p = logging({ of: 'all', values: 'plain' })
    await p.identify('u1', { email: 'alex@example.com', firstName: 'Alexandra', company: 'ask bo@example.com' })

    await p.untilQuiet()

    const [entry] = await logOf(p, 'user#u1')
    expect(entry?.calls.at(-1)?.sent).toMatchObject({
      email: 'a***@e***.com',
      firstname: 'Alexandra',
      company: 'ask b***@e***.com',
    })
    expect(JSON.stringify(entry)).not.toContain('@example.com')
  })

  it.each([
    ['a value', { email: 'alex@example.com', seats: 'secret-value' }],
    ['an address', { email: 'not an address@@example' }],
  ])('repeats nothing of what HubSpot or vidsync refuses: %s', async (_, traits) => {
    const p = logging()
    await p.identify('u1', traits)

    await p.untilQuiet()

    const log = JSON.stringify(await logOf(p, 'user#u1'))
    expect(log).not.toMatch(/secret-value|alex@example|not an address/)
  })

  it('tells of events and lists under their person', async () => {
    const p = logging({ of: 'all' }, { events: { create: true } })
    await p.identify('u1', { email: 'alex@example.com' })
    await p.track('u1', 'Order Completed', { total: '30' })

    await p.untilQuiet()

    const calls = (await logOf(p, 'user#u1')).flatMap(entry => entry.calls)
    expect(calls).toContainEqual(
      expect.objectContaining({
        kind: 'event',
        subject: 'order_completed',
        exchange: expect.objectContaining({ operation: 'sendOccurrences' }),
        answer: { kind: 'ok' },
      }),
    )
  })
})

describe('somebody who is gone', () => {
  it.each(['keep', 'clear', 'archive', 'erase'] as const)(
    'takes what was logged along, with the policy %s',
    async deletedUser => {
      const p = logging({ of: 'all', values: 'plain' }, { policies: { deletedUser } })
      await p.identify('u1', { email: 'alex@example.com', firstName: 'Alexandra' })
      await p.untilQuiet()

      await p.delete('u1')
      await p.untilQuiet()

      const log = await logOf(p, 'user#u1')
      expect(JSON.stringify(log)).not.toMatch(/Alexandra|a\*\*\*@/)
      expect(log.flatMap(({ calls }) => calls).every(({ sent }) => Object.keys(sent).length === 0)).toBe(true)
    },
  )

  it('takes it along, too, when HubSpot tells that the contact was erased for privacy', async () => {
    const p = logging({ of: 'all', values: 'plain' }, { policies: { deletedInHubSpot: 'leave' } })
    await p.identify('u1', { email: 'alex@example.com', firstName: 'Alexandra' })
    await p.untilQuiet()
    const { vid = vidOf('0') } = (await p.user('u1')).delivered
    p.hubspot.eraseInUi(vid)

    await p.store.raiseVerify('user#u1', p.clock.now(), { vid, at: p.clock.now() })
    await p.untilQuiet()

    expect(JSON.stringify(await logOf(p, 'user#u1'))).not.toMatch(/Alexandra|a\*\*\*@/)
  })
})

describe('a call log that fails', () => {
  it('is nobody’s harm: everything is delivered, and the failure is said', async () => {
    const p = logging({ of: 'all' })
    p.process.gate.watch = ({ what }) => {
      if (what === 'store.logCalls' || what === 'store.forgetCalls') throw new Error('the table is gone')
    }
    await p.identify('u1', { email: 'alex@example.com' })

    await p.untilQuiet()
    await p.delete('u1')
    await p.untilQuiet()

    expect((await p.user('u1')).delivered.state).toBe('deleted')
    expect(p.recorder.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'the call log could not be written' }),
    )
    expect(p.recorder.lines).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('could not be erased'), fields: { people: 1 } }),
    )
  })
})
