import { describe, expect, it } from 'vitest'
import type { UpdateInput } from '../../functions/core/hubspot.ts'
import type { RecordKey } from '../../functions/core/types.ts'
import { pipeline } from '../support/pipeline.ts'

describe('an answer of 207 whose error names nobody', () => {
  it('is traced to the user whom it is about, who is told of it and not asked about for ever', async () => {
    const p = pipeline()
    const handle = p.hubspot.handle.bind(p.hubspot)
    const isPoison = (input: unknown) => JSON.stringify(input).includes('poison')
    p.hubspot.handle = async (request, options) => {
      const { inputs = [] }: { inputs?: UpdateInput[] } = JSON.parse(request.body ?? '{}')
      if (!request.url.includes('batch/create') || !inputs.some(isPoison)) return handle(request, options)
      const rest = { ...request, body: JSON.stringify({ inputs: inputs.filter(input => !isPoison(input)) }) }
      const answer = await handle(rest, options)
      const errors = [{ status: 'error', category: 'VALIDATION_ERROR', message: 'This contact is not acceptable.' }]
      return { ...answer, status: 207, body: JSON.stringify({ ...JSON.parse(answer.body), numErrors: 1, errors }) }
    }
    const users: RecordKey[] = ['user#u1', 'user#u2', 'user#u3']
    await p.identifyAll([
      ['u1', { email: 'u1@example.com' }],
      ['u2', { email: 'u2@example.com', firstname: 'poison' }],
      ['u3', { email: 'u3@example.com' }],
    ])

    const calls = p.countCalls()
    await p.untilQuiet(60)

    const records = await p.store.readRecords(users)
    expect(users.map(key => records.get(key)?.delivered.state)).toEqual(['synced', 'rejected', 'synced'])
    expect(records.get('user#u2')?.delivered.problem?.message).toContain('not acceptable')
    expect(calls()).toBeLessThan(50)
  })
})
