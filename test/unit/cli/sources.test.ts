import { expect, it } from 'vitest'
import { sourcesOf } from '../../../cli/explain/sources.ts'
import { type ConfigInput, defineConfig } from '../../../functions/core/config.ts'
import { objectKey } from '../../../functions/core/keys.ts'
import { parseRequest } from '../../../functions/core/parse/request.ts'
import type { Json } from '../../../functions/core/types.ts'

function sources(call: { readonly [name: string]: Json }, config: ConfigInput = {}) {
  const reception = { receivedAt: 0, source: 'test', newId: () => 'id' }
  const [accepted] = parseRequest('batch', { batch: [{ ...call }] }, reception).accepted
  if (!accepted) throw new Error('not accepted')
  return sourcesOf(accepted.event, defineConfig(config))
}

it('a property comes from every value without which it would be another', () => {
  const found = sources(
    { type: 'identify', userId: 'u', traits: { firstName: 'Ada', lastName: 'L', plan: { name: 'pro' } } },
    { contacts: { fields: { greeting: { template: '{traits.firstName} {traits.lastName}' } } } },
  )

  expect(found.of('user#u', 'firstname')).toEqual(['traits.firstName'])
  expect(found.of('user#u', 'greeting')).toEqual(['traits.firstName', 'traits.lastName'])
  expect(found.of('user#u', 'plan_name')).toEqual(['traits.plan.name'])
})

it('a constant comes from nowhere, and what nothing maps is unused', () => {
  const found = sources(
    { type: 'identify', userId: 'u', traits: { password: 'x' }, context: { ip: '::1' } },
    { contacts: { traits: { password: false }, fields: { source: { value: 'app' } } } },
  )

  expect(found.of('user#u', 'source')).toEqual([])
  expect(found.unused).toEqual(['traits.password'])
})

it('the id of an object comes from where it stands in the call', () => {
  const found = sources(
    { type: 'group', userId: 'u', groupId: 'acme', traits: { name: 'Acme' } },
    {
      objects: {
        companies: { from: 'group', id: 'groupId', uniqueProperty: 'company_id', fields: { name: 'traits.name' } },
      },
    },
  )

  expect(found.of(objectKey('companies', 'acme'), 'company_id')).toEqual(['groupId'])
  expect(found.of(objectKey('companies', 'acme'), 'name')).toEqual(['traits.name'])
  expect(found.unused).toEqual([])
})
