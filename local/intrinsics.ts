import type { Resource, Template } from '../cdk/synthesize.ts'

/** The stack lacks something that the local run needs. The message is one sentence that names it. */
export class IncompleteStack extends Error {
  override readonly name = 'IncompleteStack'
}

const REGION = 'us-east-1'
/** The account that the embedded queues believe to be in. */
const ACCOUNT = '000000000000'

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::StackName': 'local',
  'AWS::URLSuffix': 'amazonaws.com',
}

/** What a resource is called once it exists: a FIFO queue's name ends in `.fifo`, everything else keeps its logical id. */
export function physicalName(logicalId: string, resource: Resource): string {
  if (resource.Type !== 'AWS::SQS::Queue') return logicalId
  const { QueueName: name, FifoQueue: fifo } = resource.Properties ?? {}
  return typeof name === 'string' ? name : logicalId + (fifo === true ? '.fifo' : '')
}

/** Resolves the intrinsic functions of a template the way CloudFormation does when it deploys. */
export class Intrinsics {
  readonly #template: Template

  constructor(template: Template) {
    this.#template = template
  }

  /** @throws IncompleteStack when a value refers to a resource that the stack does not have. */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(item => this.resolve(item))
    if (value === null || typeof value !== 'object') return value
    const [name, argument] = Object.entries(value)[0] ?? []
    if (argument !== undefined && Object.keys(value).length === 1) {
      if (name === 'Ref' && typeof argument === 'string') return this.#ref(argument)
      if (name === 'Fn::GetAtt') return this.#attribute(...pair(argument))
      if (name === 'Fn::Join') return this.#join(argument)
      if (name === 'Fn::Sub') return this.#substitute(argument)
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolve(item)]))
  }

  #resource(logicalId: string): Resource {
    const resource = this.#template.Resources[logicalId]
    if (!resource) throw new IncompleteStack(`The stack refers to ${logicalId}, but has no such resource.`)
    return resource
  }

  #ref(logicalId: string): string {
    const pseudo = PSEUDO[logicalId]
    if (pseudo !== undefined) return pseudo
    const resource = this.#resource(logicalId)
    const name = physicalName(logicalId, resource)
    if (resource.Type === 'AWS::SQS::Queue') return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`
    if (resource.Type === 'AWS::SecretsManager::Secret') return this.#attribute(logicalId, 'Arn')
    return name
  }

  #attribute(logicalId: string, attribute: string): string {
    const resource = this.#resource(logicalId)
    const name = physicalName(logicalId, resource)
    if (attribute === 'QueueName') return name
    if (attribute !== 'Arn') return `${logicalId}.${attribute}`
    const [, service = '', kind = ''] = resource.Type.toLowerCase().split('::')
    if (resource.Type === 'AWS::SQS::Queue') return `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`
    return `arn:aws:${service}:${REGION}:${ACCOUNT}:${kind}:${name}`
  }

  #join(argument: unknown): string {
    const [separator, parts] = Array.isArray(argument) ? argument : []
    if (typeof separator !== 'string' || !Array.isArray(parts))
      throw new IncompleteStack('The stack has a bad Fn::Join.')
    return parts.map(part => String(this.resolve(part))).join(separator)
  }

  #substitute(argument: unknown): string {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}]
    if (typeof text !== 'string') throw new IncompleteStack('The stack has a bad Fn::Sub.')
    const given = new Map(Object.entries(variables ?? {}))
    return text.replace(/\$\{(!?)([^}]+)\}/g, (whole, literal, name: string) => {
      if (literal) return whole.replace('!', '')
      const value = given.get(name)
      if (value !== undefined) return String(this.resolve(value))
      const [logicalId = '', attribute] = name.split(/\.(.*)/s)
      return attribute ? this.#attribute(logicalId, attribute) : this.#ref(logicalId)
    })
  }
}

function pair(argument: unknown): [string, string] {
  const parts = typeof argument === 'string' ? argument.split(/\.(.*)/s) : argument
  if (Array.isArray(parts) && typeof parts[0] === 'string' && typeof parts[1] === 'string') return [parts[0], parts[1]]
  throw new IncompleteStack('The stack has a bad Fn::GetAtt.')
}
