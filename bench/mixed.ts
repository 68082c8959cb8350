import { runMixed } from './mixed-run.ts'
import { type MixedScale, MixedWorkload } from './mixed-workload.ts'
import type { PipelineCounts } from './pipeline.ts'
import { atMost, info, type Row } from './row.ts'
import { callsText, tableRows } from './table-rows.ts'

const SCALE: MixedScale = { events: 10_000, users: 2_000, companies: 100, changes: 100, repeated: 200 }
/** Of the events. */
const MOST_CALLS = 0.03

/** Users who do everything there is to do, in one pipeline: contacts, companies, deals, lists, subscriptions, events. */
export async function measureMixed(): Promise<Row[]> {
  const { events } = SCALE
  const workload = new MixedWorkload(SCALE)
  const { verdict, drives, open } = await runMixed(workload)
  const last = drives.at(-1)
  if (!last) throw new Error('There are two waves.')
  const { lost, doubled, wrong } = verdict
  for (const offences of [lost, doubled, wrong]) for (const offence of offences.slice(0, 5)) console.error(offence)
  const { hubspot, table } = last.counts
  const seconds = drives.reduce((sum, { secondsToArrive }) => sum + secondsToArrive, 0)
  const left = Object.entries(open).map(([name, count]) => `${name} ${count}`)
  return [
    {
      measure: 'mixed: lost, doubled, wrong',
      must: '0, 0, 0',
      measured: [lost, doubled, wrong].map(each => each.length).join(', '),
      ok: lost.length + doubled.length + wrong.length === 0,
    },
    { measure: 'mixed: not in HubSpot', must: 'none', measured: left.join(', ') || 'none', ok: left.length === 0 },
    info('mixed: judged', judged(workload)),
    atMost('mixed: HubSpot calls, set-up included', hubspot.calls, events * MOST_CALLS),
    info('mixed: HubSpot calls of the events', `${((hubspot.calls / events) * 100).toFixed(2)} %`),
    info('mixed: which calls', callsText(hubspot)),
    info('mixed: records and memberships in a call', (hubspot.inputs / hubspot.calls).toFixed(0)),
    info('mixed: table writes per event', (table.total.writes / events).toFixed(2)),
    info('mixed: table writes per event, by record', recordsText(table, events)),
    ...tableRows('mixed', { ...last, events }),
    info(
      'mixed: seconds until all is in HubSpot',
      `${seconds.toFixed(1)} (${(events / seconds).toFixed(0)} events a second)`,
    ),
  ]
}

function recordsText({ records }: PipelineCounts['table'], events: number): string {
  const each = Object.entries(records).map(([of, { writes }]) => `${of} ${(writes / events).toFixed(2)}`)
  return each.join(', ')
}

function judged({ people, companies, orders, deeds }: MixedWorkload): string {
  const sum = (each: (person: (typeof people)[number]) => number) => people.reduce((all, one) => all + each(one), 0)
  return [
    `${people.length} contacts`,
    `${companies.size} companies`,
    `${orders.size} deals`,
    `${sum(person => person.companies.size + person.orders.size)} associations`,
    `${sum(person => person.lists.size)} memberships`,
    `${sum(person => person.subscriptions.size)} consents`,
    `${deeds.length} events`,
  ].join(', ')
}
