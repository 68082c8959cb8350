import { expect, it } from 'vitest'
import type { PropertyDefinition } from '../../../functions/core/schema.ts'
import { type Portal, StaleWrite, type Store } from '../../../functions/core/store.ts'
import { NOON } from '../../support/records.ts'

export function rememberingThePortal(open: () => Promise<Store>): void {
  it('nothing is known of it at first', async () => {
    const store = await open()

    expect(await store.readPortal()).toBeUndefined()
  })

  it('a schema of hundreds of properties with long lists of options is read as it was written', async () => {
    const store = await open()
    const portal = portalOf('1234', 400)

    await store.writePortal(portal)

    expect(await store.readPortal()).toStrictEqual(portal)
  })

  it('a newer schema of the same portal replaces the older', async () => {
    const store = await open()
    await store.writePortal(portalOf('1234', 3))

    await store.writePortal(portalOf('1234', 5))

    expect((await store.readPortal())?.schema.properties.size).toBe(5)
  })

  it('a table that belongs to one portal refuses another', async () => {
    const store = await open()
    await store.writePortal(portalOf('1234', 3))

    await expect(store.writePortal(portalOf('5678', 3))).rejects.toThrow(StaleWrite)

    expect((await store.readPortal())?.id).toBe('1234')
  })

  it('the properties of other types are kept beside those of contacts, each type for itself', async () => {
    const store = await open()
    await store.writePortal(portalOf('1234', 3))
    const [companies, tickets] = [portalOf('', 4).schema, portalOf('', 400).schema]

    await store.writeSchema('companies', companies)
    await store.writeSchema('2-777', portalOf('', 9).schema)
    await store.writeSchema('2-777', tickets)

    expect(await store.readSchemas(['companies', 'deals', '2-777'])).toStrictEqual(
      new Map([
        ['companies', companies],
        ['2-777', tickets],
      ]),
    )
    expect(await store.readSchemas([])).toStrictEqual(new Map())
    expect(await store.readPortal()).toStrictEqual(portalOf('1234', 3))
  })
}

function portalOf(id: string, size: number): Portal {
  const properties = Array.from({ length: size }, (_, place): [string, PropertyDefinition] => {
    const name = `property_${place}`
    const plain = { name, type: 'string', readOnly: place % 7 === 0, multiple: false, unique: false } as const
    if (place % 4 !== 0) return [name, plain]
    const options = Array.from({ length: 250 }, (_, option) => ({
      value: `value_${place}_${option}`,
      label: `Choice ${option} of ${place} in a list`,
    }))
    return [name, { ...plain, type: 'enumeration', options, multiple: place % 8 === 0 }]
  })
  return { id, schema: { revision: `revision-${size}`, readAt: NOON, properties: new Map(properties) } }
}
