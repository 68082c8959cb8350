import type { Answered } from '../core/call-log.ts'
import { type Input, sortAnswer } from '../core/delivery/answers.ts'
import type { Answer, BatchResult, Contact, InputError } from '../core/hubspot.ts'
import { addressesIn } from '../core/identity.ts'
import type { Vid } from '../core/types.ts'

const IN_NEITHER_LIST = 'HubSpot left this record out of its answer'

/** What a batch's answer says of each of its inputs, for the call log. */
export function answeredInputs(
  inputs: readonly Input[],
  answer: Answer<BatchResult>,
  uniqueProperty: string,
): ReadonlyMap<Input, Answered> {
  if (answer.kind !== 'ok' && answer.kind !== 'rejected')
    return new Map(inputs.map(each => [each, answeredAll(answer)]))
  const result = answer.kind === 'ok' ? answer.value : { contacts: [], errors: answer.errors }
  const { done, refused, missing } = sortAnswer(inputs, result, uniqueProperty)
  return new Map<Input, Answered>([
    ...done.map(({ input, contact }) => [input, { kind: 'ok', vid: contact.vid }] as const),
    ...refused.map(({ input, error }) => [input, refusal(error)] as const),
    ...missing.map(input => [input, answer.kind === 'ok' ? leftOut : answeredAll(answer)] as const),
  ])
}

const leftOut: Answered = { kind: 'unavailable', message: IN_NEITHER_LIST }

/** What a call says of all that it was about. */
export function answeredAll(answer: Answer<unknown>, vid?: Vid): Answered {
  switch (answer.kind) {
    case 'ok':
      return { kind: 'ok', ...(vid !== undefined && { vid }) }
    case 'rejected':
      return answer.errors[0] ? refusal(answer.errors[0]) : { kind: 'rejected' }
    default:
      return { kind: answer.kind, message: answer.message }
  }
}

export function refusal({ message, properties }: InputError): Answered {
  const named = properties.map(each => [each.name, each.message] as const)
  return { kind: 'rejected', message, ...(named.length > 0 && { properties: Object.fromEntries(named) }) }
}

/** What was found under an id, an address or a value of the unique property. */
export function foundBy(id: string, answer: Answer<BatchResult>, uniqueProperty: string): Answered {
  if (answer.kind !== 'ok') return answeredAll(answer)
  const isIt = (contact: Contact): boolean =>
    contact.vid === id ||
    addressesIn(contact).some(address => address === id.toLowerCase()) ||
    contact.properties[uniqueProperty]?.toLowerCase() === id
  const found = answer.value.contacts.find(isIt)
  return found ? { kind: 'ok', vid: found.vid } : { kind: 'ok', message: 'found no contact' }
}
