export { Vidsync, type VidsyncProps } from './vidsync.ts'
