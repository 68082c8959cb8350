import type { Answer, Call } from './call.ts'
import { type Route, routesOf } from './route.ts'

export const ACCOUNT_ROUTES: readonly Route[] = [routesOf('account')('GET', 'details', {}, accountDetails)]

/** Which portal a token belongs to. */
function accountDetails({ portal }: Call): Answer {
  return {
    status: 200,
    body: {
      portalId: portal.portalId,
      accountType: 'DEVELOPER_TEST',
      timeZone: 'Etc/UTC',
      companyCurrency: 'USD',
      additionalCurrencies: [],
      utcOffset: '+00:00',
      utcOffsetMilliseconds: 0,
      uiDomain: 'app.hubspot.com',
      dataHostingLocation: 'na1',
    },
  }
}
