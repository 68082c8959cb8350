import type { Pages } from './use-pages.ts'

/** The ways to the next page and back, where there is more than one. */
export function Pager({ pages, next }: { pages: Pages; next: string | null | undefined }) {
  if (!next && !pages.back) return null
  return (
    <nav class="pager" aria-label="Pages of the list">
      <button type="button" disabled={!pages.back} onClick={pages.back}>
        Previous
      </button>
      <span class="muted">Page {pages.page}</span>
      <button type="button" disabled={!next} onClick={() => next && pages.forward(next)}>
        Next
      </button>
    </nav>
  )
}
