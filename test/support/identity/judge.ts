import { uniqueIdOf } from '../../../functions/core/identity.ts'
import { canonicalEmail, type RecordKey } from '../../../functions/core/types.ts'
import type { HubSpotSimulator } from '../../../local/hubspot/index.ts'
import type { WriteEntry } from '../../../local/hubspot/ledger.ts'

interface Kept {
  /** The users whose ids or values the contact has had, but not those of people who merged it by hand. */
  owner: string | undefined
  readonly values: Map<string, string>
}

/**
 * Watches every write that HubSpot takes from us, not only where it ends: whose contact it was, and whose value.
 * A value `u1's …` is u1's; an address is a user's when the user ever had it.
 */
export class Judge {
  readonly offences: string[] = []
  readonly #contacts = new Map<string, Kept>()
  readonly #addresses = new Map<string, Set<string>>()
  readonly #ids = new Map<string, string>()
  readonly #property: string

  constructor(hubspot: HubSpotSimulator, property: string) {
    this.#property = property
    hubspot.ledger.onWrite(entry => this.#watch(entry))
  }

  /** A user there is, and an address it has. */
  knows(user: string, email: string | undefined): void {
    const addresses = this.#addresses.get(user) ?? new Set()
    if (email !== undefined) addresses.add(canonicalEmail(email))
    this.#addresses.set(user, addresses)
    this.#ids.set(uniqueIdOf(`user#${user}` as RecordKey) ?? '', user)
  }

  #watch({ vid, kind, properties, mergedVids = [], source }: WriteEntry): void {
    const contact = this.#contacts.get(vid) ?? { owner: undefined, values: new Map() }
    this.#contacts.set(vid, contact)
    if (kind === 'merge') {
      this.#merge(vid, mergedVids, contact, source === 'api')
      return
    }
    for (const [name, value] of Object.entries(properties)) contact.values.set(name, value)
    const id = properties[this.#property]
    if (source !== 'api') {
      if (id) contact.owner = this.#ids.get(id) ?? id
      return
    }
    if (id) {
      const user = this.#ids.get(id) ?? id
      if (contact.owner !== undefined && contact.owner !== user) {
        this.offences.push(`the id of ${user} was written into ${vid}, a contact of ${contact.owner}`)
      }
      contact.owner = user
    }
    if (kind === 'secondary-email') return
    for (const [name, value] of Object.entries(properties)) {
      const whose = /^(.*)'s /.exec(value)?.[1]
      if (whose !== undefined && !whose.includes('@') && whose !== contact.owner) {
        this.offences.push(`"${value}" was written into ${vid}, a contact of ${contact.owner ?? 'nobody'}`)
      }
      if (name === 'email' && value !== '' && contact.owner !== undefined) {
        if (!this.#addresses.get(contact.owner)?.has(value)) {
          this.offences.push(`${value} was written into ${vid}, a contact of ${contact.owner}, who never had it`)
        }
      }
    }
  }

  #merge(vid: string, gone: readonly string[], contact: Kept, ours: boolean): void {
    const parts = [contact, ...gone.map(each => this.#contacts.get(each)).filter(each => each !== undefined)]
    const owners = new Set(parts.map(({ owner }) => owner).filter(owner => owner !== undefined))
    for (const { values } of parts) {
      for (const value of values.values()) {
        const whose = /^(.*)'s /.exec(value)?.[1]
        if (whose !== undefined && !whose.includes('@')) owners.add(whose)
      }
    }
    if (ours && owners.size > 1) this.offences.push(`contacts of ${[...owners].join(' and ')} were merged into ${vid}`)
    // In HubSpot the primary's values win: the first of those that are gone, or the one that stays.
    const [first, ...others] = gone.length > 1 ? parts.slice(1) : parts
    contact.owner = first?.owner ?? others.find(({ owner }) => owner !== undefined)?.owner
    const values = [...others].reverse().flatMap(part => [...part.values])
    for (const [name, value] of [...values, ...(first?.values ?? [])]) contact.values.set(name, value)
    const id = this.#ids
    if (contact.owner === undefined) contact.owner = id.get(contact.values.get(this.#property) ?? '')
  }
}
