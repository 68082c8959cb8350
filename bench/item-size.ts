import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/**
 * Bytes of an item as DynamoDB counts them: names and values, numbers at two digits a byte.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0)
}

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S)
  if (value.N !== undefined) return numberSize(value.N)
  if (value.B !== undefined) return value.B.length
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1
  throw new Error(`The table uses no attributes of type ${Object.keys(value).join()}: count their bytes here first`)
}

function numberSize(digits: string): number {
  const significant = digits.replace(/^-|\./g, '').replace(/^0+|0+$/g, '')
  return Math.ceil(significant.length / 2) + 1 + (digits.startsWith('-') ? 1 : 0)
}
