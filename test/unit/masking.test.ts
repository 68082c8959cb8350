import { expect, it } from 'vitest'
import { masked } from '../../functions/core/masking.ts'

it.each([
  ['ada.lovelace@example.com', 'a***@e***.com'],
  ['a@b.co.uk', 'a***@b***.uk'],
  ['ünïcode@пример.рф', 'ü***@п***.рф'],
  ['👩‍💻x@example.com', '👩***@e***.com'],
  ['two@signs@example.com', 't***@e***.com'],
  ['no-domain@host', 'n***@h***'],
  ['nonsense', '***@n***'],
])('an address is masked: %s', (address, expected) => {
  expect(masked(address)).toBe(expected)
})
