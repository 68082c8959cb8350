import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { RemovalPolicy, Validations } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { allow } from './permissions.ts'
import { pin } from './pin.ts'

/** A secret, whoever has made it: to the compiler, one that a stack makes is no `ISecret`, as it may lack a full ARN. */
export type AnySecret = ISecret | Secret

/** Must never change: CloudFormation then makes a new value, over the one that a person has put in. */
const PLACEHOLDER = '{"writeKeys":[],"adminKeys":[],"signingSecrets":[]}'

/**
 * HubSpot's token and the keys of producers and operators, as one JSON document. The stack makes a placeholder: nobody
 * can post, and HubSpot answers 401, until somebody puts the real values in. They are never part of a template.
 */
export class Credentials extends Construct {
  readonly secret: AnySecret

  /** @param props the secret, where there is one already */
  constructor(scope: Construct, id: string, props?: { readonly secret: AnySecret }) {
    super(scope, id)
    this.secret = props?.secret ?? this.#placeholder()
  }

  /** What functions ask Secrets Manager for. */
  get secretId(): string {
    return this.secret.secretFullArn ?? this.secret.secretName
  }

  /** All that it takes to read it. */
  get reading(): PolicyStatement[] {
    const { secretArn, secretFullArn, encryptionKey } = this.secret
    return [
      // Of a secret that is known by its name alone, nobody knows the six characters at the end.
      allow(secretFullArn ?? `${secretArn}-??????`, 'secretsmanager:GetSecretValue'),
      ...(encryptionKey ? [allow(encryptionKey.keyArn, 'kms:Decrypt')] : []),
    ]
  }

  #placeholder(): Secret {
    const secret = new Secret(this, 'Secret', {
      description:
        "vidsync: hubspotAccessToken, producers' and operators' keys, secrets of signatures: see docs/deploy.md.",
      generateSecretString: { secretStringTemplate: PLACEHOLDER, generateStringKey: 'hubspotAccessToken' },
      removalPolicy: RemovalPolicy.RETAIN,
    })
    pin(secret, 'Secret')
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        "HubSpot has no call that rotates a private app's token, and the other keys are agreed with producers: people " +
        'rotate them. Several keys may be valid at once, so that nothing is refused meanwhile.',
    })
    return secret
  }
}
