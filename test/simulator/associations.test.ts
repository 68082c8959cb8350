import { describe, expect, test } from 'vitest'
import { associationPortal, PATHS, UNLABELLED } from './association-portal.ts'

describe.each(['v4', '2026-09'] as const)('associations of %s', version => {
  test('facts §11: are made without types by batch/associate/default, and seen from both sides', async () => {
    const { batch, call, pair, acme, contact, seen } = await associationPortal()

    const made = await batch('associate/default', [pair(acme)], version)
    const read = await batch('read', [{ id: contact }], version)
    const back = await call('POST', `${PATHS[version]}/0-2/0-1/batch/read`, { inputs: [{ id: acme }] })

    expect([made.status, read.status, back.status]).toEqual([200, 200, 200])
    expect(seen()).toEqual([[acme, ['Primary']]])
    expect(read.body.results).toMatchObject([
      {
        from: { id: contact },
        to: [
          {
            toObjectId: acme,
            associationTypes: [
              { category: 'HUBSPOT_DEFINED', typeId: 279, label: null },
              { category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' },
            ],
          },
        ],
      },
    ])
    expect(back.body.results).toMatchObject([{ from: { id: acme }, to: [{ toObjectId: contact }] }])
  })

  test.each(['specified', 'other'] as const)(
    'facts §11, switch associationCreateStatus %s: batch/create replaces labels that are not repeated',
    async associationCreateStatus => {
      const { batch, pair, acme, buyer, boss, seen } = await associationPortal({
        switches: { associationCreateStatus, firstCompanyPrimary: false },
      })

      const first = await batch('create', [pair(acme, [buyer])], version)
      const after = seen()
      const second = await batch('create', [pair(acme, [boss])], version)
      const replaced = seen()
      await batch('create', [pair(acme, [buyer, boss])], version)

      const usual = version === 'v4' ? 201 : 200
      const status = associationCreateStatus === 'specified' ? usual : 401 - usual
      expect([first.status, second.status]).toEqual([status, status])
      expect(first.body.results).toMatchObject([{ toObjectId: acme, toObjectTypeId: '0-2', labels: ['Buyer'] }])
      expect([after, replaced, seen()]).toEqual([[[acme, ['Buyer']]], [[acme, ['Boss']]], [[acme, ['Buyer', 'Boss']]]])
    },
  )

  test('facts §11: labels/archive takes labels away, batch/archive everything', async () => {
    const { batch, pair, acme, beta, buyer, contact, seen } = await associationPortal({
      switches: { firstCompanyPrimary: false },
    })
    await batch('create', [pair(acme, [buyer]), pair(beta, [buyer])], version)

    const labels = await batch('labels/archive', [pair(acme, [buyer])], version)
    const without = seen()
    const whole = await batch('labels/archive', [pair(beta, [UNLABELLED])], version)
    const gone = await batch('archive', [{ from: { id: contact }, to: [{ id: acme }] }], version)

    const status = version === 'v4' ? 204 : 200
    expect([labels, whole, gone].map(reply => reply.status)).toEqual([status, status, status])
    expect(without).toEqual([
      [acme, []],
      [beta, ['Buyer']],
    ])
    expect(seen()).toEqual([])
  })

  test('labels are listed and made, with both sides', async () => {
    const { call } = await associationPortal()
    const path = `${PATHS[version]}/contacts/contacts/labels`

    const made = await call('POST', path, { label: 'Manager', name: 'manager_employee', inverseLabel: 'Employee' })
    const again = await call('POST', path, { label: 'Manager', name: 'manager_employee' })
    const list = await call('GET', path)

    expect([made.status, again.status]).toEqual([200, 409])
    expect(made.body.results).toMatchObject([{ label: 'Manager' }, { label: 'Employee' }])
    expect(list.body.results).toMatchObject([{ typeId: 449, label: null }, { label: 'Manager' }, { label: 'Employee' }])
  })
})
