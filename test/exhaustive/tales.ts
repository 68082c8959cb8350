import { vidOf } from '../support/vids.ts'
import type { Tale } from './two-users.ts'

/** Users who want one address, told in few words and in more. */
export const TALES = {
  'one says more than once': {
    said: { 'user#a': [{ email: 'x@x.test', firstName: 'a 1' }, { firstName: 'a 2' }] },
    portal: [{ vid: vidOf('1'), properties: { email: 'x@x.test' } }],
  },
  'both want it': {
    said: {
      'user#a': [{ email: 'x@x.test', firstName: 'a 1' }],
      'user#b': [{ email: 'x@x.test', firstName: 'b 1' }],
    },
  },
  'somebody whom nobody knows has it': {
    said: {
      'user#a': [{ email: 'x@x.test', firstName: 'a 1' }],
      'user#b': [{ email: 'x@x.test', firstName: 'b 1' }],
    },
    portal: [{ vid: vidOf('1'), properties: { email: 'x@x.test' } }],
  },
  'both want it, and one leaves it': {
    said: {
      'user#a': [{ email: 'x@x.test', firstName: 'a 1' }],
      'user#b': [
        { email: 'x@x.test', firstName: 'b 1' },
        { email: 'b@x.test', firstName: 'b 2' },
      ],
    },
  },
  'both want it, one leaves it, both say more': {
    said: {
      'user#a': [{ email: 'x@x.test', firstName: 'a 1' }, { firstName: 'a 2' }],
      'user#b': [
        { email: 'x@x.test', firstName: 'b 1' },
        { email: 'b@x.test', firstName: 'b 2' },
      ],
    },
  },
  'it goes from one to the other': {
    said: {
      'user#a': [
        { email: 'x@x.test', firstName: 'a 1' },
        { email: 'a@x.test', firstName: 'a 2' },
      ],
      'user#b': [
        { email: 'b@x.test', firstName: 'b 1' },
        { email: 'x@x.test', firstName: 'b 2' },
      ],
    },
  },
} as const satisfies Readonly<Record<string, Omit<Tale, 'faults'>>>

export type TaleName = keyof typeof TALES
