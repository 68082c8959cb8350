import { Template } from 'aws-cdk-lib/assertions'
import { synthesize } from '../../cdk/synthesize.ts'

/** The stack's template with default settings, made once for each file of tests. */
export const template = Template.fromJSON({ ...synthesize() })

/** @returns the properties of the one resource with this name. */
export function propertiesOf(type: string, name: string): Record<string, unknown> {
  const found = template.findResources(type)[name]
  if (!found) throw new Error(`The stack has no ${type} called ${name}.`)
  return found.Properties
}

/** Names what an intrinsic function refers to: `Events`, `Table/index/due`, `*`. */
export function nameOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return String(value)
  if ('Ref' in value) return String(value.Ref)
  if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return String(value['Fn::GetAtt'][0])
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) return value['Fn::Join'][1].map(nameOf).join('')
  return JSON.stringify(value)
}

/** @returns what is in `value` as a list, as CloudFormation allows one thing to stand for a list of one. */
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])

/** Everything that the role of a function allows, as `action on resource`, sorted. */
export function permissionsOf(name: string): string[] {
  const role = nameOf(propertiesOf('AWS::Lambda::Function', name).Role)
  return listOf(propertiesOf('AWS::IAM::Role', role).Policies)
    .flatMap(policy => Object(policy).PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) =>
      listOf(Action).flatMap(action => listOf(Resource).map(resource => `${action} on ${nameOf(resource)}`)),
    )
    .map(permission => permission.replace(/^(logs:.*) on Functions\w+Log\w+$/, '$1 on its log'))
    .sort()
}

/** A function's environment variables. Those that refer to a resource hold its name in the template. */
export function environmentOf(name: string): Record<string, string> {
  const { Variables } = Object(propertiesOf('AWS::Lambda::Function', name).Environment)
  return Object.fromEntries(Object.entries(Variables).map(([variable, value]) => [variable, nameOf(value)]))
}

/** @returns the name in the template of the function that has this folder. */
export const idOf = (folder: string): string => `${folder[0]?.toUpperCase()}${folder.slice(1)}`
