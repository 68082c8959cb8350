import type {
  Answer,
  BatchResult,
  CreateInput,
  HubSpot,
  InputError,
  LookUp,
  UpdateInput,
} from '../../functions/core/hubspot.ts'
import type { PropertyDefinition } from '../../functions/core/schema.ts'
import { carryOut, type Portal, read } from '../support/small-hubspot.ts'
import type { Gates } from './gates.ts'

export type Batch = readonly (CreateInput | UpdateInput)[]

interface Behind {
  read(): Portal
  write(batch: Batch): BatchResult
  readonly properties: readonly PropertyDefinition[]
}

/** HubSpot as far as contacts that nobody but us touches need it: each call is one step, and waits for its turn. */
export function gatedHubSpot(gates: Gates, behind: Behind): HubSpot {
  const write = (what: string, batch: Batch): Promise<Answer<BatchResult>> =>
    gates.pass(
      'HubSpot',
      `${what} ${batch.map(({ properties }) => JSON.stringify(properties)).join()}`,
      async ending => {
        if (ending === 'silence') return SILENCE
        const value = behind.write(batch)
        return ending === 'lost' ? SILENCE : { kind: 'ok', value }
      },
      JSON.stringify,
      batch,
    )
  const never = (what: string) => () => Promise.reject(new Error(`nothing in this world makes it ${what}`))
  return {
    readPortalId: async () => ({ kind: 'ok', value: 'portal' }),
    readProperties: async () => ({ kind: 'ok', value: behind.properties }),
    createUniqueProperty: async () => ({ kind: 'ok', value: undefined }),
    readContacts: (lookUp: LookUp, ids) =>
      gates.pass(
        'asks HubSpot',
        `read by ${lookUp.by} ${ids.join()}`,
        async () => ({
          kind: 'ok',
          value: read(behind.read(), lookUp.by === 'property' ? 'internal_user_id' : lookUp.by, ids),
        }),
        JSON.stringify,
      ),
    createContacts: inputs => write('create', inputs),
    updateContacts: inputs => write('update', inputs),
    mergeContacts: never('merge'),
    canDetachEmails: false,
    detachEmail: never('detach'),
    archiveContacts: never('archive'),
    eraseContact: never('erase'),
  }
}

const SILENCE: Answer<never> = { kind: 'unavailable', message: 'no answer' }

/** One input after another, each refused alone. */
export function carryOutAll(portal: Portal, batch: Batch): { readonly portal: Portal; readonly answer: BatchResult } {
  let after = portal
  const contacts: BatchResult['contacts'][number][] = []
  const errors: InputError[] = []
  for (const { trace, properties, ...target } of batch) {
    const { portal: next, answer } = carryOut(after, { properties, ...target })
    after = next
    contacts.push(...answer.contacts.map(contact => ({ ...contact, trace })))
    errors.push(...answer.errors.map(error => ({ ...error, traces: [trace] })))
  }
  return { portal: after, answer: { contacts, errors } }
}
