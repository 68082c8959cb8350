import { expect, it } from 'vitest'
import { readId } from '../../../functions/core/parse/id.ts'

it.each([
  ['userId', /send the id as the product knows it/],
  ['messageId', /send what identifies this one event/],
])('an unusable %s is refused with a hint of its own', (name, hint) => {
  expect(() => readId(name, {})).toThrow(hint)
  expect(() => readId(name, ' ')).toThrow(hint)
})
