import { parentPort } from 'node:worker_threads'
import { synthesize } from '../cdk/synthesize.ts'

parentPort?.postMessage(synthesize())
