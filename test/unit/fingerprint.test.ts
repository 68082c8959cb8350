import { expect, it } from 'vitest'
import { fingerprint } from '../../functions/core/fingerprint.ts'

it('a fingerprint says nothing of the value, and is the same each time', () => {
  const one = fingerprint('user#alex@example.com')

  expect(one).toMatch(/^[\w-]{16}$/)
  expect(fingerprint('user#alex@example.com')).toBe(one)
  expect(fingerprint('user#alex@example.org')).not.toBe(one)
})
