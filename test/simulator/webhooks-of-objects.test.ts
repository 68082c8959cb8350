import { expect, test } from 'vitest'
import { createHubSpot } from '../../local/hubspot/index.ts'
import type { Subscription } from '../../local/hubspot/webhooks/events.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

function listen(subscriptions: readonly Subscription[]) {
  const clock = new VirtualClock()
  const hubspot = createHubSpot({ clock, customObjects: [{ name: 'pets', properties: [{ name: 'chip' }] }] })
  const bodies: string[] = []
  hubspot.sendWebhooks({
    targetUrl: 'https://app.example.com/hooks',
    clientSecret: 'secret',
    duplicates: 0,
    subscriptions,
    send: async ({ body }) => {
      bodies.push(body)
      return 200
    },
  })
  const told = async () => {
    await clock.advance(2_000)
    const events: { subscriptionType: string; objectTypeId?: string; objectId: number }[] = bodies.flatMap(body =>
      JSON.parse(body),
    )
    return events
      .map(({ subscriptionType, objectTypeId = '', objectId }) => `${subscriptionType} ${objectTypeId} ${objectId}`)
      .sort()
  }
  return { hubspot, told }
}

test('facts §12: a classic app is told of companies by their name, and of nothing that it did not ask for', async () => {
  const { hubspot, told } = listen([
    { subscriptionType: 'company.propertyChange', propertyName: 'name' },
    { subscriptionType: 'company.merge' },
    { subscriptionType: 'contact.merge' },
  ])
  const [a, b] = ['Acme', 'Beta'].map(name => hubspot.objects('companies').seed({ name }).id)
  hubspot.objects('companies').edit(a ?? '', { name: 'Acme Ltd', city: 'Rome' })

  const merged = hubspot.objects('companies').merge(a ?? '', b ?? '')

  expect(await told()).toEqual([`company.merge  ${merged.id}`, `company.propertyChange  ${a}`])
})

test('facts §12: an app of the new platform is told of any type by its id, contacts included', async () => {
  const { hubspot, told } = listen([
    { subscriptionType: 'object.deletion', objectTypeId: '0-1' },
    { subscriptionType: 'object.deletion', objectTypeId: '2-27000001' },
    { subscriptionType: 'object.privacyDeletion', objectTypeId: '0-1' },
  ])
  const [contact, erased] = [hubspot.seedContact().vid, hubspot.seedContact().vid]
  const pet = hubspot.objects('pets').seed({ chip: 'a' }).id
  const deal = hubspot.objects('deals').seed({ dealname: 'Big' }).id

  hubspot.archiveInUi(contact)
  hubspot.eraseInUi(erased)
  hubspot.objects('pets').archive(pet)
  hubspot.objects('deals').archive(deal)

  expect(await told()).toEqual([
    `object.deletion 0-1 ${contact}`,
    `object.deletion 0-1 ${erased}`,
    `object.deletion 2-27000001 ${pet}`,
  ])
})
