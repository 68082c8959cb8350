import { masked } from '../functions/core/masking.ts'

/** Whatever looks like an address, masked ones apart. */
const ADDRESS = /[^\s"'<>(),;:`[\]{}*/]+@[^\s"'<>(),;:`[\]{}*/@]+\.[^\s"'<>(),;:`[\]{}*/@.]+/gu

/** The text with every email address in it as operators may see it: `a***@e***.com`. */
export const withMaskedEmails = (text: string): string =>
  text.includes('@') ? text.replace(ADDRESS, address => masked(address)) : text
