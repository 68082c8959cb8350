import { type Alarm, AlarmRule, AlarmState, CompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Construct } from 'constructs'
import type { Functions } from './functions.ts'
import type { Ingress } from './ingress.ts'
import type { PipelineMetrics } from './metrics.ts'
import type { Pager } from './pager.ts'
import { pin } from './pin.ts'
import type { Queues } from './queues.ts'
import type { Settings } from './settings.ts'
import { alarmOf, sectionOf } from './watch.ts'
import { deliveryWatches, platformWatches, queueWatches } from './watches.ts'

export interface AlarmsProps {
  readonly settings: Settings
  readonly metrics: PipelineMetrics
  readonly queues: Queues
  readonly functions: Functions
  readonly ingress: Ingress
  readonly pager: Pager
}

/**
 * One page however many alarms an incident sets off. What may stand for weeks (a conflict, a rejected user) is no part
 * of it: the page would stay on, and the next incident would make no sound.
 *
 *     page alarms ───any───► Page ──► topic
 *     review alarms ─────each───────► topic
 */
export class Alarms extends Construct {
  readonly paging: readonly Alarm[]
  readonly reviewing: readonly Alarm[]

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id)
    const { settings } = props
    const watches = [
      ...deliveryWatches(props.metrics, settings),
      ...queueWatches(props.queues),
      ...platformWatches(props.functions, props.ingress),
    ]
    const alarmsOf = (urgency: 'page' | 'review') =>
      watches.filter(watch => watch.urgency === urgency).map(watch => alarmOf(this, watch, settings))
    this.paging = alarmsOf('page')
    this.reviewing = alarmsOf('review')

    const tell = new SnsAction(props.pager.topic)
    for (const alarm of this.reviewing) alarm.addAlarmAction(tell)
    const page = new CompositeAlarm(this, 'Page', {
      compositeAlarmName: `vidsync-${settings.stage}-Page`,
      alarmDescription: `vidsync needs somebody now. The alarms that are on say what has happened and what to do. ${sectionOf('Page', settings)}`,
      alarmRule: AlarmRule.anyOf(...this.paging.map(alarm => AlarmRule.fromAlarm(alarm, AlarmState.ALARM))),
    })
    page.addAlarmAction(tell)
    page.addOkAction(tell)
    pin(page, 'PageAlarm')
  }
}
