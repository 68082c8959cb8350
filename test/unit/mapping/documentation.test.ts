import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { type Config, defineConfig } from '../../../functions/core/config.ts'
import { saidBy } from '../../support/calls.ts'

/** The configuration in docs/mapping.md, as whoever copies it has it. */
function documented(): Config {
  const page = readFileSync(new URL('../../../docs/mapping.md', import.meta.url), 'utf8')
  const [, code = ''] = /```ts\n.*?export default (.*?)```/s.exec(page) ?? []
  return new Function('defineConfig', `return ${code}`)(defineConfig)
}

it('the configuration of the documentation is valid, and does what it shows', () => {
  const config = documented()
  const track = { type: 'track', event: 'Order Completed', userId: 'alex', properties: { order_id: 7, total: 5 } }

  expect(saidBy(track, config)).toMatchObject({
    'object#deals#7': { order_number: '7', dealname: 'Order 7', amount: 5 },
    'link#deals#7@user#alex': { labels: '*' },
  })
  expect(config.events.names['Order Completed']).toBe('purchase')
})
