/** What must hold in every run, whatever happens in it. */
export const INVARIANTS = [
  'no accepted event is lost',
  'an event that is fine is taken',
  'nothing unsigned gets in',
  'desired is the fold of all accepted events',
  'one user, one contact',
  'no value of one user in another’s contact',
  'every event is told once, of the right contact',
  'objects are what was said of them',
  'everybody belongs where they should',
  'nothing is falsely clean',
  'nothing is stuck',
  'the portal’s trouble is nobody’s own',
  'everything comes to an end',
  'everything converges once faults stop',
  'conflicts heal once their cause is gone',
  'everybody has their contact in the end',
  'everybody has the newest values in the end',
  'the pace is kept',
  'calls are bounded',
  'batches hold what HubSpot takes',
  'no batch names anything twice',
  'versions are monotone',
  'items are bounded',
  'no secret or personal data in a log',
] as const

export type Invariant = (typeof INVARIANTS)[number]
