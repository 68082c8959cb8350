/** Where the admin key is while the tab is open, and nowhere else: no address, no cookie, no disk. */
const PLACE = 'vidsync-admin-key'
/** What `npm start` lets in unless it is told otherwise; tried on one's own machine alone. */
const LOCAL_KEY = 'local'

export const storedKey = (): string | null => sessionStorage.getItem(PLACE)
export const storeKey = (key: string): void => sessionStorage.setItem(PLACE, key)
export const forgetKey = (): void => sessionStorage.removeItem(PLACE)

/** The key to begin with: the tab's, or, on one's own machine, the one that everybody knows. */
export function firstKey(): string | null {
  const own = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname)
  return storedKey() ?? (own ? LOCAL_KEY : null)
}
