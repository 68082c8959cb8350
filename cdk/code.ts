import { Code } from 'aws-cdk-lib/aws-lambda'
import { AssetHashType, DockerImage, Stack } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { bundleInto } from './bundle.ts'
import { type FunctionName, PROJECT } from './bundling.ts'
import { checkConfiguration } from './configuration.ts'

/**
 * How functions get their code: each a bundle of its own, with the configuration in it. The CDK skips bundling for commands
 * that need no code, and for the local run; those get by without the sources, too.
 * @param config the path of the configuration
 * @throws Error when the configuration is not valid
 */
export function codeFor(scope: Construct, config: string): (name: FunctionName) => Code {
  if (!Stack.of(scope).bundlingRequired) return () => Code.fromInline('// not bundled: nothing is deployed')
  checkConfiguration(config)
  return name =>
    Code.fromAsset(`${PROJECT}functions/${name}`, {
      // Changes when the code does, and only then.
      assetHashType: AssetHashType.OUTPUT,
      bundling: {
        // There is no need of Docker, nor a way to do it by Docker.
        image: DockerImage.fromRegistry('none'),
        local: {
          tryBundle(folder) {
            bundleInto(folder, name, config)
            return true
          },
        },
        // Tells two bundles of a function apart, which the CDK otherwise takes for one.
        command: [config],
      },
    })
}
