import { expectTypeOf, it } from 'vitest'
import { type ConfigInput, defineConfig } from '../../../functions/core/config.ts'
import type { Call } from '../../../functions/core/mapping-settings.ts'
import type { Json } from '../../../functions/core/types.ts'

type Fields = NonNullable<NonNullable<ConfigInput['contacts']>['fields']>
type Objects = NonNullable<ConfigInput['objects']>

it('an editor knows the paths into a call, and what else a field may be', () => {
  expectTypeOf<'traits.plan'>().toExtend<Fields[string]>()
  expectTypeOf<'context.campaign.name'>().toExtend<Fields[string]>()
  expectTypeOf<{ from: 'groupId'; createOnly: true; clear: false }>().toExtend<Fields[string]>()
  expectTypeOf<{ value: 7 }>().toExtend<Fields[string]>()
  expectTypeOf<{ compute: (call: Call) => string }>().toExtend<Fields[string]>()
  expectTypeOf<'plan'>().not.toExtend<Fields[string]>()
  expectTypeOf<{ from: 'plan' }>().not.toExtend<Fields[string]>()
  expectTypeOf<{ value: { nested: 1 } }>().not.toExtend<Fields[string]>()
  expectTypeOf<{ compute: (call: Call) => symbol }>().not.toExtend<Fields[string]>()
})

it('a function is given a call of the specification', () => {
  defineConfig({
    contacts: {
      fields: {
        score: {
          compute: call => {
            expectTypeOf(call).toEqualTypeOf<Call>()
            return Number(call.traits.points)
          },
        },
      },
    },
  })
  expectTypeOf<Call['traits']>().toEqualTypeOf<{ readonly [name: string]: Json }>()
})

it('an object needs calls, an id and a unique property', () => {
  type Companies = { from: 'group'; id: 'groupId'; uniqueProperty: 'company_id' }
  expectTypeOf<Companies>().toExtend<Objects[string]>()
  expectTypeOf<Omit<Companies, 'id'>>().not.toExtend<Objects[string]>()
  expectTypeOf<Omit<Companies, 'uniqueProperty'>>().not.toExtend<Objects[string]>()
  expectTypeOf<Omit<Companies, 'from'> & { from: 'alias' }>().not.toExtend<Objects[string]>()
  expectTypeOf<Omit<Companies, 'from'> & { from: ('group' | { track: string })[] }>().toExtend<Objects[string]>()
  expectTypeOf<Companies & { mode: 'merge' }>().not.toExtend<Objects[string]>()
})

it('a setting that does not exist does not compile', () => {
  const wrong = (): unknown => [
    // @ts-expect-error: it is called adoptBy
    defineConfig({ objects: { deals: { from: 'group', id: 'groupId', uniqueProperty: 'a', adopt: 'b' } } }),
    // @ts-expect-error: lists are of people, by a path or by calls
    defineConfig({ lists: { Trial: { member: 'traits.trial' } } }),
    // @ts-expect-error: a path begins with what it leads into
    defineConfig({ lists: { Trial: { when: 'trial' } } }),
    // @ts-expect-error: so does the id of an object
    defineConfig({ objects: { deals: { from: 'group', id: 'id', uniqueProperty: 'a' } } }),
    // @ts-expect-error: there are three answers
    defineConfig({ contacts: { unmapped: 'ignore' } }),
    // @ts-expect-error: false, or a name
    defineConfig({ events: { names: { Heartbeat: true } } }),
  ]
  expectTypeOf(wrong).returns.toBeUnknown()
})
