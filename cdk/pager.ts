import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { pin } from './pin.ts'
import type { Settings } from './settings.ts'

export interface PagerProps {
  readonly settings: Settings
  /** Somebody else's, which lets CloudWatch publish. */
  readonly topic?: ITopic
}

/** Where alarms are sent. Subscribe a pager or a chat to the topic; `alarmEmail` subscribes an address. */
export class Pager extends Construct {
  readonly topic: ITopic

  constructor(scope: Construct, id: string, { settings, topic }: PagerProps) {
    super(scope, id)
    this.topic = topic ?? this.#topicOf(settings)
    if (settings.alarmEmail !== undefined) this.#subscribe(settings.alarmEmail)
  }

  #topicOf(settings: Settings): Topic {
    const cloudwatch = new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    })
    // A key of our own: CloudWatch may not use the one that AWS keeps for SNS, and its alarms would vanish.
    const key = new Key(this, 'Key', {
      description: "Encrypts vidsync's alarms",
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [cloudwatch],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    )
    const topic = new Topic(this, 'Topic', {
      displayName: `vidsync ${settings.stage}`,
      masterKey: key,
      enforceSSL: true,
    })
    // A topic with a policy of its own loses the default one, which lets the account's alarms publish.
    topic.addToResourcePolicy(
      new PolicyStatement({ principals: [cloudwatch], actions: ['sns:Publish'], resources: [topic.topicArn] }),
    )
    pin(topic, 'Alarms')
    return topic
  }

  #subscribe(address: string): void {
    const subscription = this.topic.addSubscription(new EmailSubscription(address))
    if (subscription) {
      Validations.of(subscription).acknowledge({
        id: 'Serverless-SNSRedrivePolicy',
        reason: 'Mail is the last resort itself: nobody would look into a queue of alarms that could not be mailed.',
      })
    }
  }
}
