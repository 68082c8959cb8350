import { brotliDecompressSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { pageFiles } from '../../../functions/lookup/pages.ts'
import { operator } from '../../support/operator.ts'

const open = () => operator({ pages: pageFiles(name => `text of ${name}`) })

it.each([
  ['/console', 'index.html', 'text/html; charset=utf-8'],
  ['/console/app.js', 'app.js', 'text/javascript; charset=utf-8'],
  ['/console/app.css', 'app.css', 'text/css; charset=utf-8'],
])('%s is shown to anybody, and lets nothing in but its own', async (path, name, type) => {
  const { ask } = open()

  const { status, text, headers } = await ask(path, { key: 'nobody' })

  expect({ status, text }).toEqual({ status: 200, text: `text of ${name}` })
  expect(headers).toMatchObject({
    'content-type': type,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; (?!.*unsafe)/)
})

it('is sent packed to whoever unpacks it, and not at all to whoever has it', async () => {
  const { ask } = open()

  const packed = await ask('/console/app.js', { headers: { 'accept-encoding': 'gzip, br' } })
  const again = await ask('/console/app.js', { headers: { 'if-none-match': String(packed.headers.etag) } })

  expect(brotliDecompressSync(Buffer.from(packed.text, 'base64')).toString()).toBe('text of app.js')
  expect(packed.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' })
  expect([again.status, again.text]).toEqual([304, ''])
})

it.each(['/console/nothing.js', '/console/../lambda.mjs', '/console/'])('%s is not there', async path => {
  expect((await open().ask(path)).status).toBe(path === '/console/' ? 200 : 404)
})

it('takes nothing', async () => {
  expect((await open().ask('/console', { method: 'POST' })).status).toBe(405)
})
