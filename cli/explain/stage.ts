import type { Config } from '../../functions/core/config.ts'
import type { ObjectType } from '../../functions/core/hubspot-objects.ts'
import type { PropertyDefinition } from '../../functions/core/schema.ts'
import { HubSpotClient } from '../../functions/hubspot/client.ts'
import { Pace } from '../../functions/hubspot/pacing.ts'
import type { Fetch } from '../../functions/hubspot/transport.ts'
import type { ApiVersion } from '../../functions/hubspot/versions.ts'
import { createHubSpot, type HubSpotSimulator } from '../../local/hubspot/index.ts'
import { silent, uncounted } from '../hubspot.ts'
import { typeOf } from '../portal/needs.ts'
import type { JumpingClock } from './jumping-clock.ts'

/** A call that would have been made to HubSpot. */
export interface RehearsedCall {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

const TOKEN = 'rehearsal'
const PLENTY = 10_000

/**
 * A HubSpot to try things out on: the simulator, in the shape of a portal. What is done to it is written down, and happens
 * nowhere else.
 */
export class Stage {
  readonly hubspot: HubSpotSimulator
  readonly client: HubSpotClient
  readonly pace: Pace
  /** The configuration, with the types that objects have here. */
  readonly config: Config
  readonly #calls: RehearsedCall[] = []
  /** What a type is called here → what it is called in the portal. */
  readonly #types = new Map<ObjectType, ObjectType>()

  constructor(config: Config, clock: JumpingClock, version: ApiVersion) {
    this.hubspot = createHubSpot({ tokens: [TOKEN], clock, limits: { perTenSeconds: PLENTY } })
    this.pace = new Pace(PLENTY, clock)
    this.client = new HubSpotClient({
      baseUrl: 'https://api.hubapi.com',
      version,
      secrets: { read: async () => SECRETS },
      pace: this.pace,
      clock,
      log: silent,
      metrics: uncounted,
      fetch: this.#fetch,
    })
    this.config = { ...config, objects: this.#withTypesOfHere(config.objects) }
  }

  /** Custom objects have other ids here than in the portal. */
  #withTypesOfHere(objects: Config['objects']): Config['objects'] {
    return Object.fromEntries(
      Object.entries(objects).map(([name, mapping], index) => {
        const type = typeOf(name, mapping)
        if (!/^2-\d+$/.test(type)) return [name, mapping]
        const known = [...this.#types].find(([, there]) => there === type)?.[0]
        const here = known ?? this.hubspot.defineObject({ name: `custom${index}` }).type.typeId
        this.#types.set(here, type)
        return [name, { ...mapping, type: here }]
      }),
    )
  }

  /** Gives a type the properties that it has in the portal. */
  define(type: ObjectType, definitions: readonly PropertyDefinition[]): void {
    const here = this.typeHere(type)
    for (const { name, type: kind, readOnly, options, multiple, unique } of definitions) {
      this.hubspot.defineProperty(
        {
          name,
          type: kind === 'other' ? 'string' : kind === 'enumeration' && !options ? 'string' : kind,
          readOnly,
          hasUniqueValue: unique,
          ...(multiple ? { fieldType: 'checkbox' } : {}),
          ...(options ? { options } : {}),
        },
        here,
      )
    }
  }

  /** What a type is called here. */
  typeHere(type: ObjectType): ObjectType {
    return [...this.#types].find(([, there]) => there === type)?.[0] ?? type
  }

  /** A text about the stage as one about the portal. */
  asOfPortal(text: string): string {
    return [...this.#types].reduce((all, [here, there]) => all.replaceAll(here, there), text)
  }

  /** What it was asked since the last time, in the words of the portal. */
  takeCalls(): RehearsedCall[] {
    return this.#calls.splice(0)
  }

  readonly #fetch: Fetch = async (input, init = {}) => {
    const url = new URL(String(input))
    const { method = 'GET', body } = init
    const text = typeof body === 'string' ? body : undefined
    const path = this.asOfPortal(url.pathname + url.search)
    this.#calls.push({ method, path, body: text === undefined ? undefined : JSON.parse(text) })
    const response = await this.hubspot.handle({
      method,
      url: url.pathname + url.search,
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(text === undefined ? {} : { body: text }),
    })
    return new Response(response.status === 204 ? null : response.body, response)
  }
}

const SECRETS = {
  hubspotAccessToken: TOKEN,
  writeKeys: [],
  adminKeys: [],
  signingSecrets: [],
  webhookSecrets: [],
  identitySecrets: [],
}
