/**
 * Stands in for the tracking code that HubSpot's customers put into their pages (facts §15): runs the commands that the
 * page has pushed into `_hsq`, takes the place of that array, tracks the view of the page, and remembers the browser by
 * the cookie `hubspotutk`. An identity is only noted; it goes out with the next view or event.
 */
;(() => {
  const endpoint = new URL('track', document.currentScript.src).href
  const known = /(?:^|; )hubspotutk=([0-9a-f]{32})/.exec(document.cookie)
  const utk = known ? known[1] : newToken()
  // Half a year, as HubSpot's.
  // biome-ignore lint/suspicious/noDocumentCookie: the newer way needs a secure context, and waits
  document.cookie = `hubspotutk=${utk}; path=/; max-age=15552000; samesite=lax`

  let identity = {}
  const commands = {
    identify: properties => {
      identity = { ...identity, ...properties }
    },
    trackPageView: track,
    trackEvent: track,
    trackCustomBehavioralEvent: track,
  }
  const run = ([name, ...parameters]) => commands[name]?.(...parameters)

  const early = window._hsq || []
  window._hsq = { push: (...pushed) => pushed.forEach(run) }
  for (const command of early) run(command)
  track()

  function track() {
    // As text: the page's origin is another one, and nobody asks beforehand.
    navigator.sendBeacon(endpoint, JSON.stringify({ utk, identity }))
    identity = {}
  }

  function newToken() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
  }
})()
