import { CfnElement, Stack } from 'aws-cdk-lib/core'
import type { IConstruct } from 'constructs'

/** What the names of everything within a construct begin with. */
const FAMILIES = new WeakMap<IConstruct, string>()

/**
 * Names begin with the construct's own from now on, so that two of them, and whatever else its stack holds, are told apart
 * in the template. Nothing is put before them in a construct called `Default`, whose name the CDK leaves out as well.
 */
export function beginFamily(construct: IConstruct): void {
  const above = Stack.of(construct).node.scopes.length
  const ids = construct.node.scopes.slice(above).map(({ node }) => node.id)
  FAMILIES.set(
    construct,
    ids
      .filter(id => id !== 'Default')
      .join('')
      .replace(/[^A-Za-z0-9]/g, ''),
  )
}

/**
 * Gives a resource or an output its name in the template for ever, whatever construct it moves to. For what holds data (a
 * table that is renamed there is a new, empty table) and for what the local run looks up by name.
 * @throws Error when `construct` does not stand for one element of the template.
 */
export function pin(construct: IConstruct, name: string): void {
  const element = CfnElement.isCfnElement(construct) ? construct : construct.node.defaultChild
  if (!CfnElement.isCfnElement(element)) throw new Error(`${construct.node.path} is not one element of the template.`)
  const families = construct.node.scopes.flatMap(scope => FAMILIES.get(scope) ?? [])
  element.overrideLogicalId(families.join('') + name)
}
