import type { Page } from 'playwright-core'

/**
 * What is wrong with a page for people who use a keyboard, a screen reader, a phone or weak eyes, as far as a machine can
 * tell: names, roles, order of headings, contrast (WCAG 2.2 AA), sizes of targets, sideways scrolling. Empty: nothing.
 */
export const faultsOf = (page: Page): Promise<string[]> => page.evaluate(`(${String(inspect)})()`)

/** Runs in the page, and so refers to nothing outside of itself. */
function inspect(): string[] {
  // @ts-expect-error: the browser's, which the tests' own types do not know
  const { document, getComputedStyle, innerWidth } = globalThis
  const faults: string[] = []
  // biome-ignore lint/suspicious/noExplicitAny: an element of the page
  type Any = any
  const all = (selector: string): Any[] => [...document.querySelectorAll(selector)]
  const shown = (element: Any): boolean => element.checkVisibility({ visibilityProperty: true, opacityProperty: false })
  const told = (element: Any): string =>
    `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> ${element.textContent.trim().slice(0, 40)}`

  const nameOf = (element: Any): string => {
    const by = element.getAttribute('aria-labelledby')
    const label = element.labels?.[0]?.textContent ?? ''
    const referred = by ? (document.getElementById(by)?.textContent ?? '') : ''
    return (element.getAttribute('aria-label') || referred || label || element.textContent || '').trim()
  }
  for (const element of all('a, button, input, select, summary, dialog, nav, [role=img], fieldset')) {
    if (shown(element) && nameOf(element) === '') faults.push(`has no name: ${told(element)}`)
  }
  for (const image of all('img')) if (!image.hasAttribute('alt')) faults.push('an image has no alternative')
  if (all('main').length !== 1) faults.push('there is not one main part')
  if (all('h1').length !== 1) faults.push('there is not one h1')
  if (document.documentElement.lang === '') faults.push('the page has no language')
  let level = 0
  for (const heading of all('h1, h2, h3, h4, h5, h6').filter(shown)) {
    const own = Number(heading.tagName[1])
    if (own > level + 1) faults.push(`a heading leaves a level out: ${told(heading)}`)
    level = own
  }
  const ids = all('[id]').map(({ id }) => id)
  for (const id of new Set(ids)) if (ids.filter(each => each === id).length > 1) faults.push(`two have the id ${id}`)

  const numbers = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number)
  const light = (color: number[]): number => {
    const [r = 0, g = 0, b = 0] = color.slice(0, 3).map(each => {
      const share = each / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const groundOf = (element: Any): number[] => {
    for (let at = element; at; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor)
      if ((color[3] ?? 1) > 0.99) return color
    }
    return [255, 255, 255]
  }
  for (const element of all('body *')) {
    const texts = [...element.childNodes].filter(node => node.nodeType === 3 && node.textContent.trim() !== '')
    if (texts.length === 0 || !shown(element) || element.closest('.hidden, svg, :disabled')) continue
    const style = getComputedStyle(element)
    const [one, other] = [light(numbers(style.color)), light(groundOf(element))]
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
    const large = Number.parseFloat(style.fontSize) >= 24
    if (contrast < (large ? 3 : 4.5)) faults.push(`contrast ${contrast.toFixed(2)}: ${told(element)}`)
  }
  for (const target of all('button, summary, nav a, input:not([type=radio]):not([type=range])').filter(shown)) {
    const { width, height } = target.getBoundingClientRect()
    if (width > 1 && (width < 24 || height < 24)) faults.push(`too small to hit, ${width} × ${height}: ${told(target)}`)
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push('the page scrolls sideways')
  return faults
}
