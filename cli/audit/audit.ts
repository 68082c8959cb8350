import { setTimeout as sleep } from 'node:timers/promises'
import { mergedInto } from '../../functions/core/delivery/answers.ts'
import { emailOf } from '../../functions/core/email.ts'
import { type Answer, BATCH_LIMIT, type Contact, type LookUp } from '../../functions/core/hubspot.ts'
import { addressesIn, uniqueIdOf } from '../../functions/core/identity.ts'
import { hintIn } from '../../functions/core/mapping/hint.ts'
import { spelled } from '../../functions/core/parse/id.ts'
import { userKey } from '../../functions/core/types.ts'
import type { HubSpotClient } from '../../functions/hubspot/client.ts'
import type { Api } from '../api.ts'
import { judge } from '../backfill/judge.ts'
import { duration } from '../duration.ts'
import { unanswered } from '../portal/read.ts'
import { number, Progress } from '../progress.ts'
import { callIn, columnsOf } from '../rows/call.ts'
import { openRows } from '../rows/open.ts'
import type { Terminal } from '../terminal.ts'
import { findingsIn, questionsAbout } from './contacts.ts'
import { type Finding, found } from './finding.ts'
import { type Candidate, forecast, type Holdings } from './forecast.ts'
import { ask } from './known.ts'
import type { Reached, Report } from './report.ts'

export interface AuditOf {
  readonly hubspot: HubSpotClient
  readonly api: Api
  readonly report: Report
  readonly terminal: Terminal
  readonly uniqueProperty: string
  /** What is read of each contact. */
  readonly properties: readonly string[]
  readonly anew: boolean
  readonly ended: AbortSignal
}

const NOTHING: Reached = { looked: 0, counts: {}, next: '' }

/** Looks at every contact in HubSpot. @throws Failed */
export async function auditHubSpot(of: AuditOf): Promise<Reached> {
  const { hubspot, api, report, terminal, properties, uniqueProperty, ended } = of
  let reached = (await report.begin(of.anew)) ?? NOTHING
  if (reached.looked > 0) terminal.say(`Going on behind ${number(reached.looked)} contacts.`)
  const begun = { at: performance.now(), looked: reached.looked }
  try {
    while (reached.next !== undefined && !ended.aborted) {
      const after = reached.next || undefined
      const page = await patiently(of, () => hubspot.listContacts(after, properties))
      if (!page) break
      const findings = findingsIn(page.contacts, await ask(api, questionsAbout(page.contacts)), uniqueProperty)
      const { next: _, ...before } = reached
      const looked = before.looked + page.contacts.length
      reached = { looked, counts: counted(before.counts, findings), ...(page.after ? { next: page.after } : {}) }
      await report.add(findings, reached)
      // How many contacts there are, HubSpot does not say.
      const seconds = (performance.now() - begun.at) / 1_000
      const rate = Math.round((looked - begun.looked) / seconds)
      terminal.draw(`${number(looked)} contacts · ${rate}/s · ${duration(seconds)}`)
    }
  } finally {
    terminal.draw()
    await report.close()
  }
  return reached
}

/** Looks at every user in a file. @throws Failed */
export async function auditFile(of: AuditOf, path: string, id: string | undefined): Promise<Reached> {
  const { report, terminal, ended } = of
  const file = await openRows(path)
  const columns = columnsOf(file, id, ['vid'])
  // Who gets which contact hangs on the rows before: a file is always looked at from its start.
  await report.begin(true)
  let reached: Reached = { looked: 0, counts: {} }
  let batch: Candidate[] = []
  let bad: Finding[] = []
  let bytes = 0
  const given = new Map<string, string>()
  const progress = new Progress(terminal, 'bytes', file.bytes)
  const flush = async (): Promise<void> => {
    const findings = [...bad, ...(await forecasts(of, batch, given))]
    reached = { looked: reached.looked + findings.length, counts: counted(reached.counts, findings) }
    batch = []
    bad = []
    await report.add(findings, reached)
    progress.update(bytes, `${number(reached.looked)} users`)
  }
  const badRow = (line: number, reason: string): void =>
    void bad.push(found('bad_row', { detail: `line ${line} ${reason}` }))
  try {
    const rows = file.each(
      ({ line, reason }) => badRow(line, reason),
      read => (bytes = read),
    )
    for await (const row of rows) {
      if (ended.aborted) break
      const judged = judge(row, each => callIn(each, columns, file, file.writtenAt))
      if ('reason' in judged) {
        badRow(row.line, judged.reason)
        continue
      }
      const { key, traits, context } = judged.event
      const email = typeof traits.email === 'string' ? emailOf(traits.email) : undefined
      batch.push({ userId: key.slice('user#'.length), email, vid: hintIn(context) })
      if (batch.length === BATCH_LIMIT) await flush()
    }
    if (!ended.aborted) await flush()
  } finally {
    progress.end()
    await report.close()
  }
  return ended.aborted ? { ...reached, next: '' } : reached
}

async function forecasts(of: AuditOf, batch: readonly Candidate[], given: Map<string, string>): Promise<Finding[]> {
  if (batch.length === 0) return []
  const { api, uniqueProperty } = of
  const ids = batch.flatMap(({ userId }) => uniqueIdOf(userKey(spelled(userId))) ?? [])
  const byId = await readAll(of, { by: 'property', name: uniqueProperty }, ids)
  const byVid = await readAll(
    of,
    { by: 'vid' },
    batch.flatMap(({ vid }) => vid ?? []),
  )
  const byEmail = await readAll(
    of,
    { by: 'email' },
    batch.flatMap(({ email }) => email ?? []),
  )
  const contacts = [...byId, ...byVid, ...byEmail]
  const holdings: Holdings = {
    byId: new Map(byId.map(each => [(each.properties[uniqueProperty] ?? '').toLowerCase(), each])),
    byVid: new Map(byVid.flatMap(each => [each.vid, ...mergedInto(each)].map(vid => [vid, each] as const))),
    byEmail: new Map(byEmail.flatMap(each => addressesIn(each).map(address => [address, each] as const))),
  }
  const knowledge = await ask(api, { userIds: batch.map(({ userId }) => userId), ...questionsAbout(contacts) })
  return batch.map(candidate => forecast(candidate, holdings, knowledge, uniqueProperty, given))
}

async function readAll({ ...of }: AuditOf, lookUp: LookUp, ids: readonly string[]): Promise<readonly Contact[]> {
  const unique = [...new Set(ids)]
  if (unique.length === 0) return []
  const answer = await patiently(of, async () => {
    const read = await of.hubspot.readContacts(lookUp, unique, of.properties)
    // Whoever is not there may be an error of the whole request.
    if (read.kind === 'rejected' && read.errors.every(({ code }) => code === 'not_found'))
      return { kind: 'ok' as const, value: { contacts: [], errors: [] } }
    return read
  })
  return answer?.contacts ?? []
}

const PAUSES = [1_000, 5_000, 15_000, 60_000]

/** Asks again where HubSpot is busy or away. `undefined`: somebody has ended it. @throws Failed */
async function patiently<T>(
  { ended, terminal }: Pick<AuditOf, 'ended' | 'terminal'>,
  call: () => Promise<Answer<T>>,
): Promise<T | undefined> {
  for (let attempt = 0; !ended.aborted; attempt += 1) {
    const answer = await call()
    if (answer.kind === 'ok') return answer.value
    const pause = PAUSES[attempt]
    if ((answer.kind !== 'throttled' && answer.kind !== 'unavailable') || pause === undefined) throw unanswered(answer)
    terminal.draw(`HubSpot is busy; again in ${duration(pause / 1_000)}`)
    await sleep(pause, undefined, { signal: ended }).catch(() => {})
  }
  return undefined
}

function counted(counts: Reached['counts'], findings: readonly Finding[]): Reached['counts'] {
  const sum = { ...counts }
  for (const { kind } of findings) sum[kind] = (sum[kind] ?? 0) + 1
  return sum
}
