import type { Answer } from '../core/hubspot.ts'
import type { AssociationLabel, EventDefinition, NewEventProperty, ObjectType } from '../core/hubspot-objects.ts'
import { type Lists, noSuchList } from '../core/kinds/lists.ts'
import { waitingFor } from '../core/kinds/task.ts'
import type { Problem } from '../core/record.ts'
import type { Schema } from '../core/schema.ts'
import { MISSING_FOR_SURE } from '../core/unknown.ts'
import { Kept, type Known } from './kept.ts'
import { schemaOf } from './schema-of.ts'
import type { Session } from './session.ts'

/**
 * What the portal has beside the properties of its contacts: kept between invocations, read when it is needed and old.
 * What was missing is asked for again after a minute. `undefined` from any of these: it cannot be had now.
 */
export class Catalogue {
  readonly #schemas = new Kept<Schema>('objects')
  readonly #definitions = new Kept<readonly EventDefinition[]>('events')
  /** Of events, and of properties of theirs, that HubSpot would not make. */
  readonly #refusals = new Kept<EventDefinition>('events')
  readonly #propertyRefusals = new Kept<void>('events')
  readonly #labels = new Kept<readonly AssociationLabel[]>('links')
  readonly #lists = new Kept<string | undefined>('lists')
  readonly #subscriptions = new Kept<ReadonlyMap<string, string>>('subscriptions')
  readonly #heard = new Set<string>()

  /**
   * The properties of a type of objects. `record` needs them, too: the table keeps what was read.
   * @param wanted properties; where one is missing, it is looked for once a minute
   */
  async schema(session: Session, type: ObjectType, wanted: Iterable<string> = []): Promise<Known<Schema> | undefined> {
    const { store, clock, config } = session.deps
    if (this.#schemas.ageOf(type, clock.now()) === undefined) {
      const stored = (await store.readSchemas([type])).get(type)
      const age = stored && clock.now() - stored.readAt
      if (stored && age !== undefined && age < config.delivery.schemaAge * 1_000) {
        this.#schemas.put(type, stored, stored.readAt)
      }
    }
    const known = await this.#schemas.get(session, type, () => this.#readSchema(session, type))
    if (!known || !('value' in known)) return known
    const complete = [...wanted].every(name => known.value.properties.has(name))
    return complete ? known : this.#schemas.get(session, type, () => this.#readSchema(session, type), MISSING_FOR_SURE)
  }

  /** Whether this is heard for the first time in this process. */
  isNews(text: string): boolean {
    if (this.#heard.has(text)) return false
    this.#heard.add(text)
    return true
  }

  /** Somebody has changed them: they are read again at their next use. */
  outdate(type: ObjectType): void {
    this.#schemas.forget(type)
  }

  async renewSchema(session: Session, type: ObjectType): Promise<Known<Schema> | undefined> {
    return this.#schemas.get(session, type, () => this.#readSchema(session, type), 0)
  }

  async #readSchema({ deps: { objects, store, clock } }: Session, type: ObjectType): Promise<Answer<Schema>> {
    const answer = await objects.readProperties(type)
    if (answer.kind !== 'ok') return answer
    const schema = schemaOf(answer.value, clock.now())
    await store.writeSchema(type, schema)
    return { ...answer, value: schema }
  }

  /**
   * The definitions of these events; those that are missing are made, where that is wished.
   * @param sketch the properties with which a missing one is made
   */
  async definitions(
    session: Session,
    names: Iterable<string>,
    sketch: (name: string) => readonly NewEventProperty[],
  ): Promise<ReadonlyMap<string, EventDefinition | Problem> | undefined> {
    const { objects, config } = session.deps
    const all = [...new Set(names)]
    const read = () => objects.readEventDefinitions()
    let known = await this.#definitions.get(session, ALL, read)
    if (known && !hasAll(known, all)) known = await this.#definitions.get(session, ALL, read, MISSING_FOR_SURE)
    if (!known) return undefined
    if ('refused' in known) return new Map(all.map(name => [name, waitingFor(REFUSED('events', known.refused))]))
    const found = new Map<string, EventDefinition | Problem>(known.value.map(each => [each.name, each]))
    for (const name of all.filter(each => !found.has(each))) {
      if (!config.events.create) found.set(name, noSuchEvent(name))
      else {
        const made = await this.#make(session, name, sketch(name))
        if (!made) return undefined
        found.set(name, made)
      }
    }
    return found
  }

  async #make(
    session: Session,
    name: string,
    properties: readonly NewEventProperty[],
  ): Promise<EventDefinition | Problem | undefined> {
    const { objects, clock, log } = session.deps
    const label = name.replaceAll('_', ' ')
    const create = () => objects.createEventDefinition(name, label, properties)
    const isNews = this.#refusals.ageOf(name, clock.now()) === undefined
    const made = await this.#refusals.get(session, name, create, undefined, true)
    if (!made) return undefined
    if ('refused' in made) {
      // It may be there by now: made by a call whose answer was lost, or by somebody else.
      const now = isNews
        ? await this.#definitions.get(session, ALL, () => objects.readEventDefinitions(), 0)
        : undefined
      const there = now && 'value' in now ? now.value.find(definition => definition.name === name) : undefined
      if (!there) return waitingFor(`HubSpot would not make the event “${name}”: ${made.refused}`)
      this.#refusals.forget(name)
      return there
    }
    this.#refusals.forget(name)
    await this.#remember(session, made.value)
    // How many, and not what they are called: names of properties may be made of ids and addresses.
    log.info('an event was defined in HubSpot', { event: name, properties: properties.length })
    return made.value
  }

  /**
   * Gives an event the properties that it lacks.
   * @returns the event as it is then, without those that HubSpot would not make
   */
  async extended(
    session: Session,
    event: EventDefinition,
    properties: readonly NewEventProperty[],
  ): Promise<EventDefinition | undefined> {
    const { objects, log } = session.deps
    const made: string[] = []
    for (const property of properties) {
      const name = `${event.fullName} ${property.name}`
      const create = () => objects.createEventProperty(event.fullName, property)
      const answer = await this.#propertyRefusals.get(session, name, create, undefined, true)
      if (!answer) return undefined
      if ('refused' in answer) continue
      this.#propertyRefusals.forget(name)
      made.push(property.name)
    }
    if (made.length === 0) return event
    const extended = { ...event, properties: [...event.properties, ...made] }
    await this.#remember(session, extended)
    log.info('an event got properties in HubSpot', { event: event.name, properties: made.length })
    return extended
  }

  async #remember(session: Session, event: EventDefinition): Promise<void> {
    const { objects, clock } = session.deps
    const known = await this.#definitions.get(session, ALL, () => objects.readEventDefinitions())
    if (!known || !('value' in known)) return
    const others = known.value.filter(({ name }) => name !== event.name)
    this.#definitions.put(ALL, [...others, event], clock.now() - (this.#definitions.ageOf(ALL, clock.now()) ?? 0))
  }

  /** Somebody has changed them: they are read again at their next use. */
  outdateDefinitions(): void {
    this.#definitions.forget(ALL)
  }

  /** The kinds of associations of contacts with a type. @param wanted labels that are looked for once a minute */
  async labels(
    session: Session,
    type: ObjectType,
    wanted: readonly string[],
  ): Promise<Known<readonly AssociationLabel[]> | undefined> {
    const read = () => session.deps.objects.readAssociationLabels(type)
    const known = await this.#labels.get(session, type, read)
    if (!known || !('value' in known)) return known
    const complete = wanted.every(name => known.value.some(({ label }) => label === name))
    return complete ? known : this.#labels.get(session, type, read, MISSING_FOR_SURE)
  }

  /** HubSpot's ids of the lists of these names. */
  async lists(session: Session, names: Iterable<string>): Promise<Lists | undefined> {
    const found = new Map<string, string | Problem>()
    for (const name of new Set(names)) {
      const read = () => session.deps.objects.findList(name)
      let known = await this.#lists.get(session, name, read)
      if (known && 'value' in known && known.value === undefined)
        known = await this.#lists.get(session, name, read, MISSING_FOR_SURE)
      if (!known) return undefined
      if ('refused' in known) found.set(name, waitingFor(`HubSpot’s list “${name}” cannot be used: ${known.refused}`))
      else found.set(name, known.value ?? noSuchList(name))
    }
    return found
  }

  /** The list is not there any more: its name is looked for again. */
  forgetList(name: string): void {
    this.#lists.forget(name)
  }

  /** HubSpot's ids of the subscription types, by name. @param wanted names that are looked for once a minute */
  async subscriptions(
    session: Session,
    wanted: readonly string[],
  ): Promise<Known<ReadonlyMap<string, string>> | undefined> {
    const read = async (): Promise<Answer<ReadonlyMap<string, string>>> => {
      const answer = await session.deps.objects.readSubscriptionTypes()
      return answer.kind === 'ok'
        ? { ...answer, value: new Map(answer.value.map(({ name, id }) => [name, id])) }
        : answer
    }
    const known = await this.#subscriptions.get(session, ALL, read)
    if (!known || !('value' in known)) return known
    const complete = wanted.every(name => known.value.has(name))
    return complete ? known : this.#subscriptions.get(session, ALL, read, MISSING_FOR_SURE)
  }
}

const ALL = ''

const hasAll = (known: Known<readonly EventDefinition[]>, names: readonly string[]): boolean =>
  'value' in known && names.every(name => known.value.some(definition => definition.name === name))

/** What HubSpot says when it does not describe a part of itself. */
export const REFUSED = (what: string, words: string): string => `HubSpot does not describe its ${what}: ${words}`

const noSuchEvent = (name: string): Problem =>
  waitingFor(`HubSpot has no event “${name}”; make it there, or let vidsync do it (events.create in sync.config.ts)`)
