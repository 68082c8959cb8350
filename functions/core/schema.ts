/** One property of the portal's contacts, as its properties API describes it. */
export interface PropertyDefinition {
  readonly name: string
  readonly type: PropertyType
  /** HubSpot calculates it, or its definition forbids writing values. */
  readonly readOnly: boolean
  /**
   * Only for enumerations. Values are compared exactly; labels serve people who send the label. Absent where HubSpot keeps
   * them elsewhere (owners, say): then HubSpot alone can judge a value.
   */
  readonly options?: readonly { readonly value: string; readonly label: string }[]
  /** `checkbox`: an enumeration that holds several values, joined by `;`. */
  readonly multiple: boolean
  readonly unique: boolean
}

export type PropertyType = 'string' | 'number' | 'bool' | 'date' | 'datetime' | 'enumeration' | 'other'

/** The portal's contact properties as last read. */
export interface Schema {
  /** Changes when any property does. */
  readonly revision: string
  readonly readAt: number
  readonly properties: ReadonlyMap<string, PropertyDefinition>
}
