import { CfnResource } from 'aws-cdk-lib/core'
import type { IConstruct } from 'constructs'

/**
 * Gives a resource its name in the template for ever, whatever construct it moves to. For what holds data (a table that
 * is renamed there is a new, empty table) and for what the local run looks up by name.
 * @throws Error when `construct` does not stand for one resource.
 */
export function pin(construct: IConstruct, name: string): void {
  const resource = construct.node.defaultChild
  if (!CfnResource.isCfnResource(resource)) throw new Error(`${construct.node.path} is not one resource.`)
  resource.overrideLogicalId(name)
}
