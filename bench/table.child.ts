import { once } from 'node:events'
import dynalite from 'dynalite'
import { mendIterators } from '../local/closing-iterators.ts'

mendIterators()
const server = dynalite({ createTableMs: 0 }).listen(0, '127.0.0.1')
await once(server, 'listening')
process.send?.(server.address())
