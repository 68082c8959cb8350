import { CoreApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/properties/apis/CoreApi.js'
import { GroupsApiRequestFactory } from '@hubspot/api-client/lib/codegen/crm/properties/apis/GroupsApi.js'
import { createConfiguration } from '@hubspot/api-client/lib/codegen/crm/properties/configuration.js'
import {
  PropertyCreateFieldTypeEnum as FieldType,
  PropertyCreateTypeEnum as Type,
} from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyCreate.js'
import type { NewProperty, ObjectType } from '../../core/hubspot-objects.ts'
import type { Address, Request } from './request.ts'

/** The group of the properties that we create, in HubSpot's settings. */
const GROUP = { name: 'vidsync', label: 'vidsync' }

const TYPES: Readonly<Record<NewProperty['type'], readonly [Type, FieldType]>> = {
  string: [Type.String, FieldType.Text],
  number: [Type.Number, FieldType.Number],
  bool: [Type.Bool, FieldType.Booleancheckbox],
  date: [Type.Date, FieldType.Date],
  datetime: [Type.Datetime, FieldType.Date],
  enumeration: [Type.Enumeration, FieldType.Select],
}

/** Without these HubSpot's forms have nothing to show of a yes or no. */
const YES_OR_NO = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
]

/** Requests about the properties of a type of records. */
export class PropertyRequests {
  readonly #properties = new CoreApiRequestFactory(createConfiguration())
  readonly #groups = new GroupsApiRequestFactory(createConfiguration())
  readonly #address: Address

  constructor(address: Address) {
    this.#address = address
  }

  async read(type: ObjectType): Promise<Request> {
    return this.#address.built({ operation: 'readProperties', write: false }, await this.#properties.getAll(type))
  }

  /** In HubSpot's own group of contacts, where people look for it. */
  async createUnique(name: string, label: string): Promise<Request> {
    const built = await this.#properties.create('contacts', {
      name,
      label,
      groupName: 'contactinformation',
      type: Type.String,
      fieldType: FieldType.Text,
      hasUniqueValue: true,
    })
    return this.#address.built({ operation: 'createUniqueProperty', write: true }, built)
  }

  async create(type: ObjectType, property: NewProperty): Promise<Request> {
    const [valueType, fieldType] = TYPES[property.type]
    const options = property.type === 'bool' ? YES_OR_NO : property.options
    const built = await this.#properties.create(type, {
      name: property.name,
      label: property.label,
      groupName: GROUP.name,
      type: valueType,
      fieldType: property.multiple ? FieldType.Checkbox : fieldType,
      ...(property.unique ? { hasUniqueValue: true } : {}),
      ...(options ? { options: options.map((option, at) => ({ ...option, displayOrder: at, hidden: false })) } : {}),
    })
    return this.#address.built({ operation: 'createProperty', write: true }, built)
  }

  async createGroup(type: ObjectType): Promise<Request> {
    const built = await this.#groups.create(type, { ...GROUP, displayOrder: -1 })
    return this.#address.built({ operation: 'createPropertyGroup', write: true }, built)
  }
}
