import { expect, it } from 'vitest'
import { newsBetween, type Seen } from '../../../cli/news.ts'

const seen = (changes: Partial<Seen> = {}): Seen => ({
  due: 0,
  parked: 0,
  pauses: new Map(),
  conflicts: new Map(),
  problems: new Map(),
  ...changes,
})

it('the first look tells everything that is wrong', () => {
  const now = seen({
    due: 3,
    pauses: new Map([['contacts', 'HubSpot answers 503']]),
    conflicts: new Map([['bo', 'x']]),
  })

  expect(newsBetween(undefined, now).map(({ what }) => what)).toEqual(['pause', 'conflict', 'due'])
})

it('what stays the same is no news', () => {
  const now = seen({ due: 9, problems: new Map([['bo', 'refused']]) })

  expect(newsBetween(now, { ...now, due: 10 })).toEqual([])
})

it('what comes and what goes is told with whom it concerns', () => {
  const before = seen({ conflicts: new Map([['bo', 'x']]), problems: new Map([['ada', 'waiting: y']]) })
  const now = seen({ problems: new Map([['ada', 'rejected: z']]), pauses: new Map([['events', '403']]) })

  expect(newsBetween(before, now)).toEqual([
    { what: 'pause', who: 'events', words: '403' },
    { what: 'resolved', who: 'bo', words: 'the conflict is over' },
    { what: 'problem', who: 'ada', words: 'rejected: z' },
  ])
})

it.each([
  [0, 5, 'due'],
  [5, 0, 'done'],
  [10, 40, 'due'],
  [40, 10, 'due'],
])('work that goes from %d to %d is told as %s', (before, now, what) => {
  expect(newsBetween(seen({ due: before }), seen({ due: now }))).toMatchObject([{ what }])
})
