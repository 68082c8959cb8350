import mixedConfig from '../../bench/mixed.config.ts'
import { judgeMixed, type MixedVerdict } from '../../bench/mixed-judge.ts'
import { PORTAL, type SeenPortal, seePortal } from '../../bench/mixed-portal.ts'
import { type MixedScale, MixedWorkload } from '../../bench/mixed-workload.ts'
import { changePortal } from '../../local/hubspot/control-portal.ts'
import { type Called, type Pipeline, type PipelineOptions, pipeline } from './pipeline.ts'

/** The bench's mixed workload, and a portal that is set up for it, on a virtual clock. */
export interface Mixed {
  readonly workload: MixedWorkload
  readonly p: Pipeline
}

export function mixed(scale: MixedScale, options: PipelineOptions = {}): Mixed {
  const p = pipeline({ config: mixedConfig, ...options })
  for (const [path, body] of PORTAL) changePortal(p.hubspot, `/simulator/${path}`, JSON.parse(JSON.stringify(body)))
  const workload = new MixedWorkload(scale, 1, p.clock.now())
  for (const contact of workload.contacts) p.hubspot.seedContact(contact)
  return { workload, p }
}

/** Sends one wave of the workload. @param deliver called whenever so many events have reached the table */
export async function sendWave(
  { workload, p }: Mixed,
  wave: number,
  atOnce: number,
  deliver: () => Promise<unknown> = () => p.deliver(),
): Promise<void> {
  const calls = (workload.waves[wave] ?? []).map(
    ({ type, ...said }): Called => [type, JSON.parse(JSON.stringify(said))],
  )
  for (let start = 0; start < calls.length; start += atOnce) {
    await p.callAll(calls.slice(start, start + atOnce))
    await deliver()
  }
}

export const evidenceOf = ({ p }: Mixed): SeenPortal => seePortal(p.hubspot)
export const verdictOn = (mixed: Mixed): MixedVerdict => judgeMixed(mixed.workload, evidenceOf(mixed))
