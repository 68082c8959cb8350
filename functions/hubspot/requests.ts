import { AdvancedApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/contacts/apis/AdvancedApi.js'
import { createConfiguration as configureContacts } from '@hubspot/api-client/lib/codegen/crm/contacts/configuration.js'
import { BatchApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/objects/apis/BatchApi.js'
import { createConfiguration as configureObjects } from '@hubspot/api-client/lib/codegen/crm/objects/configuration.js'
import { CoreApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/properties/apis/CoreApi.js'
import { createConfiguration as configureProperties } from '@hubspot/api-client/lib/codegen/crm/properties/configuration.js'
import {
  PropertyCreateFieldTypeEnum,
  PropertyCreateTypeEnum,
} from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyCreate.js'
import type { CreateInput, LookUp, UpdateInput } from '../core/hubspot.ts'
import type { Email, Vid } from '../core/types.ts'
import { ACCOUNT_DETAILS, type ApiVersion, inVersion, SECONDARY_EMAILS } from './versions.ts'

/** A request, complete but for the token. */
export interface Request {
  readonly operation: string
  /** Without a definite answer, a write may or may not have been applied. */
  readonly write: boolean
  /** Of a batch call. */
  readonly inputs?: number
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** Everything in it that HubSpot might quote in an error. */
  sent(): readonly string[]
  /** The record ids that it is about as a whole. */
  readonly about?: readonly Vid[]
}

interface Built {
  getHttpMethod(): string
  getUrl(): string
  getHeaders(): Record<string, string>
  getBody(): unknown
}

const CONTACTS = 'contacts'

const nothing = (): readonly string[] => []

/**
 * Our requests. HubSpot's SDK makes them: its generated, typed request factories know the paths, the fields and how they
 * are written. It does not send them and does not read the answers, because there it has no timeout, throws answers
 * away that are not in its specification (a 201 for a 200) or have another content type (without a status), retries by
 * a setting of the whole process, and drops fields it does not know. Importing the factories alone also spares the
 * bundle the rest of it.
 */
export class Requests {
  readonly #contacts = new AdvancedApiRequestFactory(configureContacts())
  readonly #objects = new BatchApiRequestFactory(configureObjects())
  readonly #properties = new CoreApiRequestFactory(configureProperties())
  readonly #baseUrl: string
  readonly #version: ApiVersion

  constructor(baseUrl: string, version: ApiVersion) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '')
    this.#version = version
  }

  readPortalId(): Request {
    return {
      operation: 'readPortalId',
      write: false,
      method: 'GET',
      url: this.#url(ACCOUNT_DETAILS),
      headers: { Accept: 'application/json' },
      body: undefined,
      sent: nothing,
    }
  }

  async readProperties(): Promise<Request> {
    return this.#request('readProperties', false, await this.#properties.getAll(CONTACTS))
  }

  async createUniqueProperty(name: string, label: string): Promise<Request> {
    const built = await this.#properties.create(CONTACTS, {
      name,
      label,
      groupName: 'contactinformation',
      type: PropertyCreateTypeEnum.String,
      fieldType: PropertyCreateFieldTypeEnum.Text,
      hasUniqueValue: true,
    })
    return this.#request('createUniqueProperty', true, built)
  }

  async readContacts(lookUp: LookUp, ids: readonly string[], properties: readonly string[]): Promise<Request> {
    const built = await this.#objects.read(CONTACTS, {
      inputs: ids.map(id => ({ id })),
      properties: [...properties],
      propertiesWithHistory: [],
      ...idProperty(lookUp),
    })
    return this.#request('readContacts', false, built, ids.length, () => ids)
  }

  async createContacts(inputs: readonly CreateInput[]): Promise<Request> {
    const built = await this.#objects.create(CONTACTS, {
      inputs: inputs.map(({ trace, properties }) => ({ objectWriteTraceId: trace, properties, associations: [] })),
    })
    return this.#request('createContacts', true, built, inputs.length, () => valuesOf(inputs))
  }

  async updateContacts(inputs: readonly UpdateInput[]): Promise<Request> {
    const built = await this.#objects.update(CONTACTS, {
      inputs: inputs.map(({ vid, trace, properties }) => ({ id: vid, objectWriteTraceId: trace, properties })),
    })
    return this.#request('updateContacts', true, built, inputs.length, () => valuesOf(inputs))
  }

  async mergeContacts(primary: Vid, other: Vid): Promise<Request> {
    const built = await this.#contacts.merge({ primaryObjectId: primary, objectIdToMerge: other })
    return { ...this.#request('mergeContacts', true, built), about: [primary, other] }
  }

  /** @throws Error in a version that has no such endpoint. */
  detachEmail(vid: Vid, email: Email): Request {
    const segment = encodeURIComponent(email.toWellFormed())
    return {
      operation: 'detachEmail',
      write: true,
      method: 'DELETE',
      url: `${this.#url(SECONDARY_EMAILS)}/${vid}/email/${segment}`,
      headers: { Accept: 'application/json' },
      body: undefined,
      // HubSpot may quote the address of the request as well.
      sent: () => [email, segment],
    }
  }

  async archiveContacts(vids: readonly Vid[]): Promise<Request> {
    const built = await this.#objects.archive(CONTACTS, { inputs: vids.map(id => ({ id })) })
    return this.#request('archiveContacts', true, built, vids.length)
  }

  /** By record id alone: see the port. */
  async eraseContact(vid: Vid): Promise<Request> {
    const built = await this.#contacts.purge({ objectId: vid })
    return { ...this.#request('eraseContact', true, built), about: [vid] }
  }

  #request(operation: string, write: boolean, built: Built, inputs?: number, sent = nothing): Request {
    const body = built.getBody()
    const { pathname, search } = new URL(built.getUrl())
    return {
      operation,
      write,
      ...(inputs === undefined ? {} : { inputs }),
      method: built.getHttpMethod(),
      url: this.#url(pathname) + search,
      headers: built.getHeaders(),
      body: typeof body === 'string' ? body : undefined,
      sent,
    }
  }

  /** The SDK speaks `v3` alone and knows one host: both are exchanged here. */
  #url(path: string): string {
    return this.#baseUrl + inVersion(path, this.#version)
  }
}

function idProperty(lookUp: LookUp): { idProperty?: string } {
  if (lookUp.by === 'vid') return {}
  return { idProperty: lookUp.by === 'email' ? 'email' : lookUp.name }
}

const valuesOf = (inputs: readonly CreateInput[]) => inputs.flatMap(input => Object.values(input.properties))
