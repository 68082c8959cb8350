import { useState } from 'preact/hooks'

/** Where a list stands: the page that is shown, and those before it. */
export function usePages() {
  const [places, setPlaces] = useState<readonly (string | undefined)[]>([undefined])
  const after = places.at(-1)
  return {
    /** For the query of the list. */
    query: after === undefined ? '' : `&after=${encodeURIComponent(after)}`,
    page: places.length,
    forward: (next: string): void => setPlaces([...places, next]),
    back: places.length > 1 ? (): void => setPlaces(places.slice(0, -1)) : undefined,
  }
}
export type Pages = ReturnType<typeof usePages>
