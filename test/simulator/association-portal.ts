import type { HubSpotOptions } from '../../local/hubspot/index.ts'
import { open } from './portal.ts'

export const PATHS = { v4: '/crm/v4/associations', '2026-09': '/crm/associations/2026-09' }
export const PRIMARY = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }
export const UNLABELLED = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }

/** A portal with a contact, two companies and two labels from one to the other. */
export async function associationPortal(options: HubSpotOptions = {}) {
  const opened = await open(options)
  const { hubspot } = opened
  const contact = hubspot.seedContact({ email: 'a@x.com' }).vid
  const [acme, beta] = ['Acme', 'Beta'].map(name => hubspot.objects('companies').seed({ name }).id)
  if (!acme || !beta) throw new Error('no companies')
  const labels = ['Buyer', 'Boss'].map(label => {
    const [there] = hubspot.associations.defineLabel('contacts', 'companies', { label })
    return { associationCategory: 'USER_DEFINED', associationTypeId: there?.typeId }
  })
  const [buyer, boss] = labels
  const pair = (to: string, types?: readonly unknown[]) => ({ from: { id: contact }, to: { id: to }, types })
  const batch = (action: string, inputs: readonly unknown[], version: keyof typeof PATHS = 'v4') =>
    opened.call('POST', `${PATHS[version]}/contacts/companies/batch/${action}`, { inputs })
  const seen = () => hubspot.associations.of('contacts', contact, 'companies').map(({ id, labels }) => [id, labels])
  return { ...opened, contact, acme, beta, buyer, boss, pair, batch, seen }
}
