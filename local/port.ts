import type { Server } from 'node:net'
import { UnusableSetting } from './settings.ts'

/** Listens. @throws UnusableSetting when the port is taken or not ours to take. */
export async function listenOn<T>(who: string, port: number, listen: (port: number) => Promise<T>): Promise<T> {
  try {
    return await listen(port)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE') {
      throw new UnusableSetting(
        `Port ${port}, for ${who}, is in use: end what listens there, or choose another with PORT=<number>.`,
      )
    }
    if (code === 'EACCES') {
      throw new UnusableSetting(`Port ${port}, for ${who}, may not be used: choose another with PORT=<number>.`)
    }
    throw error
  }
}

/** The port on which a server listens. */
export function portOf(server: Server): number {
  const address = server.address()
  if (typeof address === 'object' && address) return address.port
  throw new Error('The server does not listen on a port.')
}
