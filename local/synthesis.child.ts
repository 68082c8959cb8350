import { synthesize } from '../cdk/synthesize.ts'

process.send?.(synthesize(), () => process.disconnect())
