import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { RemovalPolicy, Validations } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { pin } from './pin.ts'

/** Must never change: CloudFormation then makes a new value, over the one that a person has put in. */
const PLACEHOLDER = '{"writeKeys":[],"adminKeys":[],"signingSecrets":[]}'

/**
 * HubSpot's token and the keys of producers and operators, as one JSON document. The stack makes a placeholder: nobody
 * can post, and HubSpot answers 401, until somebody puts the real values in. They are never part of a template.
 */
export class Credentials extends Construct {
  readonly secret: Secret

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.secret = new Secret(this, 'Secret', {
      description:
        "vidsync: hubspotAccessToken, producers' and operators' keys, secrets of signatures: see docs/deploy.md.",
      generateSecretString: { secretStringTemplate: PLACEHOLDER, generateStringKey: 'hubspotAccessToken' },
      removalPolicy: RemovalPolicy.RETAIN,
    })
    pin(this.secret, 'Secret')
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        "HubSpot has no call that rotates a private app's token, and the other keys are agreed with producers: people " +
        'rotate them. Several keys may be valid at once, so that nothing is refused meanwhile.',
    })
  }
}
