import * as v from 'valibot'

/** The days for which CloudWatch can be told to keep logs. */
const RETENTIONS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3653]

/** A number, as a program gives it or as the command line does. */
const count = (least: number, most: number) =>
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))], 'give a whole number'),
    v.integer('give a whole number'),
    v.minValue(least, `give at least ${least}`),
    v.maxValue(most, `give at most ${most}`),
  )

const schema = v.strictObject({
  stage: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,29}$/, 'give up to 30 lower-case letters, digits and hyphens')),
    'dev',
  ),
  hubspotBaseUrl: v.optional(
    v.pipe(v.string(), v.regex(/^https:\/\/[^/]+$/, 'give an https URL without a path')),
    'https://api.hubapi.com',
  ),
  publicUrl: v.optional(
    v.pipe(v.string(), v.regex(/^(https:\/\/[^?#]*[^/?#])?$/, 'give an https URL without a slash at its end')),
    '',
  ),
  hubspotApiVersion: v.optional(v.picklist(['v3', '2026-09'], 'give v3 or 2026-09'), 'v3'),
  hubspotRequestsPer10Seconds: v.optional(count(1, 1000), 100),
  logRetentionDays: v.optional(
    v.pipe(
      count(1, 3653),
      v.check(days => RETENTIONS.includes(days), `give one of ${RETENTIONS.join(', ')}`),
    ),
    30,
  ),
  requestsPerSecond: v.optional(count(1, 10_000), 500),
  requestBurst: v.optional(count(1, 5000), 1000),
  oldestDueAlarmSeconds: v.optional(count(60, 86_400), 900),
  runbookUrl: v.optional(
    v.pipe(v.string(), v.regex(/^[^\s#]{1,200}$/, 'give an address without a # in it')),
    'docs/runbook.md',
  ),
  tableName: v.optional(v.pipe(v.string(), v.regex(/^[\w.-]{3,255}$/, 'give the name of a table'))),
  alarmEmail: v.optional(v.pipe(v.string(), v.email('give an email address'))),
})

/** What may differ between deployments. What is synced, and how, stands in `sync.config.ts`. */
export interface Settings {
  /** Names the stack, and what is one of a kind in an account: `vidsync-<stage>`. */
  readonly stage: string
  readonly hubspotBaseUrl: string
  /**
   * What stands before `/hubspot/webhooks` in the target URL of the HubSpot app, which HubSpot signs. Empty: the API's own
   * domain. Needed where something stands before the API.
   */
  readonly publicUrl: string
  readonly hubspotApiVersion: 'v3' | '2026-09'
  /** The pace that deliveries keep. A portal's limit less what other integrations need of it. */
  readonly hubspotRequestsPer10Seconds: number
  readonly logRetentionDays: number
  /** What the API takes in the long run, and at once. Requests, not events: a batch is one. */
  readonly requestsPerSecond: number
  readonly requestBurst: number
  /** How late the oldest due record may be before somebody is woken. */
  readonly oldestDueAlarmSeconds: number
  /** A table that there is, such as a restored one, instead of the stack's own, which stays as it is. */
  readonly tableName?: string | undefined
  /** Where people find `docs/runbook.md`: alarms link to its sections. */
  readonly runbookUrl: string
  /** Receives what the alarms say, once its owner has confirmed the subscription. */
  readonly alarmEmail?: string | undefined
}

/** The names of the settings, which are also their names in the CDK's context (`-c stage=prod`). */
export const SETTING_NAMES = Object.keys(schema.entries)

/**
 * Checks settings and fills in defaults. Absent and `undefined` mean the default; numbers may be strings of digits.
 * @throws Error naming every setting that is unknown or wrong, and what it may be.
 */
export function parseSettings(given: Readonly<Record<string, unknown>>): Settings {
  const parsed = v.safeParse(
    schema,
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  )
  if (parsed.success) return parsed.output
  const problems = parsed.issues.map(issue => {
    const name = v.getDotPath(issue) ?? 'settings'
    return SETTING_NAMES.includes(name) ? `${name}: ${issue.message}` : `${name}: there is no such setting`
  })
  throw new Error(`The stack's settings are not right. ${problems.join('; ')}.`)
}
