import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { buildSnippet } from '../../../browser/build.ts'

const snippet = await buildSnippet()

test('the snippet weighs less than 1 kB, and less in transit', () => {
  expect(Buffer.byteLength(snippet)).toBeLessThan(1_000)
  expect(gzipSync(snippet).byteLength).toBeLessThan(Buffer.byteLength(snippet))
})

test('the snippet leaves nothing in the page but vidsync.identify', () => {
  const page: Record<string, unknown> = {}

  runInNewContext(snippet, page)

  expect(Object.keys(page)).toEqual(['vidsync'])
  expect(Object.keys(Object(page.vidsync))).toEqual(['identify'])
})

test('the snippet in the documentation is this one, and can stand in a page', () => {
  const documentation = readFileSync(new URL('../../../docs/front-end.md', import.meta.url), 'utf8')

  expect(documentation).toContain(`<script>${snippet}</script>`)
  expect(documentation).toContain(`(${snippet.length} bytes, no dependencies)`)
  expect(snippet).not.toMatch(/<\/script|<!--|\n/i)
})
