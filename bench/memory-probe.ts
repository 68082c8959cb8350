import { BroadcastChannel, isMainThread } from 'node:worker_threads'

/** Bytes after a collection. */
export interface MemoryFigures {
  readonly heap: number
  /** Of the thread of the embedded queues and table. */
  readonly emulatorsHeap: number
  /** Of the whole process: never given back in full. */
  readonly rss: number
}

/** Loaded beside `npm start` (`--import`), in its main thread and in that of the emulators; answers `memory`. */
const channel = new BroadcastChannel('vidsync-bench-memory')

function heap(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

if (isMainThread) {
  let own = 0
  channel.onmessage = message => {
    const emulatorsHeap: unknown = message.data
    if (typeof emulatorsHeap !== 'number') return
    const figures: MemoryFigures = { heap: own, emulatorsHeap, rss: process.memoryUsage.rss() }
    process.send?.(figures)
  }
  process.on('message', () => {
    own = heap()
    channel.postMessage('collect')
  })
} else {
  channel.unref()
  channel.onmessage = () => channel.postMessage(heap())
}
