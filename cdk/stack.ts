import { Stack, type StackProps } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { PROJECT } from './bundling.ts'
import type { Settings } from './settings.ts'
import { Vidsync } from './vidsync.ts'

export interface VidsyncStackProps extends StackProps {
  readonly settings: Settings
}

/** The pipeline alone, in a stack of its own: what `npx cdk deploy` deploys, and what the local run is wired from. */
export class VidsyncStack extends Stack {
  readonly vidsync: Vidsync

  constructor(scope: Construct, id: string, { settings, ...props }: VidsyncStackProps) {
    super(scope, id, { description: "vidsync: keeps a product's users and HubSpot's contacts the same", ...props })
    this.vidsync = new Vidsync(this, 'Default', { ...settings, config: `${PROJECT}sync.config.ts` })
  }
}
