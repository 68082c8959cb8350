import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { pin } from './pin.ts'
import type { Settings } from './settings.ts'

/** A state of affairs that a person should hear of. */
export interface Watch {
  /** The alarm's name after the stack's. */
  readonly id: string
  /**
   * `page`: events may be lost, or nothing arrives any more; somebody gets up. `review`: some users' data waits for a
   * person; tomorrow is early enough.
   */
  readonly urgency: 'page' | 'review'
  readonly metric: IMetric
  /** The alarm goes off when the metric is above, or below, this. */
  readonly limit: { readonly above: number } | { readonly below: number }
  /** How many of the last so many periods must be beyond the limit. */
  readonly periods: { readonly beyond: number; readonly of: number }
  /** Set: periods without data are beyond the limit. By default they are not. */
  readonly missingIsTrouble?: boolean
  /** What has happened, for somebody who was asleep a minute ago. */
  readonly means: string
  /** What to do now. */
  readonly remedy: string
}

/** Where the runbook says more of an alarm. */
export const sectionOf = (id: string, { runbookUrl }: Settings): string => `More: ${runbookUrl}#${id.toLowerCase()}`

/** Makes the alarm of a watch. Whom it tells is not decided here. */
export function alarmOf(scope: Construct, watch: Watch, settings: Settings): Alarm {
  const [threshold, comparisonOperator] =
    'above' in watch.limit
      ? [watch.limit.above, ComparisonOperator.GREATER_THAN_THRESHOLD]
      : [watch.limit.below, ComparisonOperator.LESS_THAN_THRESHOLD]
  const alarm = new Alarm(scope, watch.id, {
    alarmName: `vidsync-${settings.stage}-${watch.id}`,
    alarmDescription: `${watch.means} ${watch.remedy} ${sectionOf(watch.id, settings)}`,
    metric: watch.metric,
    threshold,
    comparisonOperator,
    datapointsToAlarm: watch.periods.beyond,
    evaluationPeriods: watch.periods.of,
    treatMissingData: watch.missingIsTrouble ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  })
  pin(alarm, `${watch.id}Alarm`)
  return alarm
}
