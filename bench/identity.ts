import { type IdentityOutcome, runIdentity } from './identity-run.ts'
import { IdentityWorkload, type Scale, VARIANTS } from './identity-workload.ts'
import type { Sheet } from './row.ts'
import { callsText } from './table-rows.ts'

const SCALE: Scale = { events: 1_000, users: 400, changes: 40, pairs: 10, lostEvery: 4 }
const DOUBTFUL = 'answers lost'

/** 1,000 events over 400 users, in as many ways as identities go wrong; each in a pipeline of its own. */
export async function measureIdentity(): Promise<Sheet> {
  // Begins first, because its doubts take five minutes to end, in which nearly nothing happens.
  const doubtful = new IdentityWorkload(DOUBTFUL, SCALE)
  const delivered = Promise.withResolvers<void>()
  const waiting = runIdentity(doubtful, { untilCertain: true }, delivered.resolve)
  await Promise.race([delivered.promise, waiting])
  const outcomes: IdentityOutcome[] = []
  for (const variant of VARIANTS) {
    const run =
      variant === DOUBTFUL ? waiting : runIdentity(new IdentityWorkload(variant, SCALE), { untilCertain: true })
    outcomes.push(await run)
  }
  return sheetOf(outcomes)
}

/** Calls that a workload may take: half as many again as the clean one, and one for each pair merged. */
export const mostCalls = (clean: IdentityOutcome, { merges }: IdentityOutcome): number =>
  Math.floor(clean.calls * 1.5) + merges

function sheetOf(outcomes: readonly IdentityOutcome[]): Sheet {
  const [clean] = outcomes
  if (!clean) throw new Error('There is a clean workload.')
  const rows = outcomes.map(outcome => {
    const { workload, calls, verdict } = outcome
    const { duplicates, wrong, overwrites, lost, unexpected } = verdict
    const most = mostCalls(clean, outcome)
    const offences = [duplicates, wrong, overwrites, lost, unexpected]
    const isClean = outcome === clean
    const cells = [
      workload.variant === DOUBTFUL ? `every ${SCALE.lostEvery}th answer lost` : workload.variant,
      calls,
      isClean ? '' : `at most ${most}`,
      ...[duplicates, wrong, overwrites, lost].map(each => each.length),
      notSynced(outcome),
    ]
    const ok = (isClean || calls <= most) && offences.every(each => each.length === 0)
    for (const offence of offences.flatMap(each => each.slice(0, 3))) console.error(`${workload.variant}: ${offence}`)
    return { text: line([...cells, ok ? 'yes' : '**no**']), ok, calls: `- ${workload.variant}: ${callsText(outcome)}` }
  })
  const markdown = [
    line(['workload', 'calls', 'must', 'duplicates', 'wrong', 'overwrites', 'lost', 'not synced', 'ok']),
    line(Array.from({ length: 9 }, () => '---')),
    ...rows.map(({ text }) => text),
    '',
    'Which calls:',
    '',
    ...rows.map(({ calls }) => calls),
    '',
    OTHERS,
  ].join('\n')
  return { markdown, ok: rows.every(({ ok }) => ok) }
}

/** Who is not synced, or has a problem, and whether these are exactly those who should. */
function notSynced({ evidence: { users }, verdict: { unexpected } }: IdentityOutcome): string {
  const seen = [...users.values()]
  const counts = [
    [seen.filter(({ status }) => status === 'conflict').length, 'conflict'],
    [seen.filter(({ status }) => status !== 'conflict' && status !== 'synced').length, 'other'],
    [seen.filter(({ status, problems }) => status === 'synced' && problems.length > 0).length, 'with a problem'],
  ] as const
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  const exact = unexpected.length === 0 ? '' : `; ${unexpected.length} not as they must be`
  return `${told.join(', ') || 'none'}${exact}`
}

const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`

/** Not measured by this bench: the figures stand here to be compared with. */
const OTHERS = `#### Others, for comparison

Not measured by \`npm run bench\`: figures of an earlier comparison, in which these systems' own code ran against a strict
double of HubSpot's API with the same kinds of workload (1,000 partial identify events over 400 users, 200 of them new, 10
pairs on one contact). "dup" are second contacts, 34 were possible; "wrong" are users whose final state is not that of an
ordered sync that loses nothing; "flips" are primary emails overwritten; "lost" are events that failed or vanished.

| system | calls, clean | clean | the email changes | the browser was first | two users on one contact | every 4th answer lost | 10 wrongly typed values |
| --- | --- | --- | --- | --- | --- | --- | --- |
| Segment, one by one (default) | 1,200 | ok | 34 dup, 28 wrong | 34 dup, 28 wrong | 10 contacts overwritten, 36 flips | ok (1,599 calls) | 10 lost |
| Segment, batches of 100 | 30 | 48 wrong | 34 dup, 70 wrong | 34 dup, 70 wrong | 9 overwritten, 51 wrong | 48 wrong | 904 lost |
| Segment V2, by email | 20 | ok | 34 dup, 28 wrong | 34 dup, 28 wrong | 400 lost, 12 flips | ok (26 calls) | 1,000 lost |
| Segment V2, by unique id | 20 | ok | ok | 1,000 lost | 900 lost | ok (26 calls) | 1,000 lost |
| RudderStack, default router, by email | 168 | ok | 34 dup, 28 wrong | 34 dup, 28 wrong | 10 overwritten, up to 29 flips | ok (222 calls) | 10 lost |
| RudderStack, default router, by unique id | 168 | ok | ok | 21 dup, 86 lost | 29 lost | ok (222 calls) | 10 lost |
| Jitsu, search limit and lag on | 10,211 | 442 lost | | | | | |
| Grouparoo, search limit and lag on | 311 | 400 lost | | | | | |

Those workloads were generated by other code than ours, so compare kinds of damage and orders of magnitude.`
