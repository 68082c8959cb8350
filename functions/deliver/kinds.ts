import { type Kind, kindOf } from '../core/keys.ts'
import type { Input } from '../core/kinds/task.ts'
import type { ContactRecord } from '../core/record.ts'
import { capabilityOfKind } from './capabilities.ts'
import type { Catalogue } from './catalogue.ts'
import type { Session } from './session.ts'
import { eventTeller } from './tellers/events.ts'
import { linkTeller } from './tellers/links.ts'
import { listTeller } from './tellers/lists.ts'
import { objectTeller } from './tellers/objects.ts'
import { subscriptionTeller } from './tellers/subscriptions.ts'
import { type Teller, wave } from './wave.ts'

/** `undefined`: it cannot be told now, since something about the portal cannot be had. */
type MakeTeller<I extends Input> = (
  session: Session,
  catalogue: Catalogue,
  records: readonly ContactRecord[],
) => Promise<Teller<I> | undefined>

const telling =
  <I extends Input>(make: MakeTeller<I>) =>
  async (session: Session, catalogue: Catalogue, records: readonly ContactRecord[]): Promise<void> => {
    const teller = await make(session, catalogue, records)
    if (teller) await wave(session, teller, records)
  }

/** After the contacts, in the order in which they wait for one another: a link leads to an object. */
const WAVES = {
  object: telling(objectTeller),
  link: telling(linkTeller),
  lists: telling(listTeller),
  subscriptions: telling(subscriptionTeller),
  event: telling(eventTeller),
} as const satisfies Record<Exclude<Kind, 'contact'>, unknown>

/** Tells HubSpot of everything but contacts, one kind after another. A kind in trouble keeps no other waiting. */
export async function tellOthers(
  session: Session,
  catalogue: Catalogue,
  records: readonly ContactRecord[],
): Promise<void> {
  for (const kind of ['object', 'link', 'lists', 'subscriptions', 'event'] as const) {
    const own = records.filter(({ key }) => kindOf(key) === kind)
    if (own.length > 0 && session.isOpenFor(capabilityOfKind(kind))) await WAVES[kind](session, catalogue, own)
  }
}
