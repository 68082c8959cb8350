import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { App, CfnResource, Validations } from 'aws-cdk-lib/core'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { describe, expect, test } from 'vitest'
import { readContext } from '../../cdk/context.ts'
import { parseSettings } from '../../cdk/settings.ts'
import { VidsyncStack } from '../../cdk/stack.ts'

const ALL_SETTINGS = parseSettings({ alarmEmail: 'night@example.com' })

function withStack(look: (stack: VidsyncStack, app: App) => void): void {
  const outdir = mkdtempSync(join(tmpdir(), 'vidsync-checks-'))
  try {
    const app = new App({ outdir, context: { ...readContext(), 'aws:cdk:bundling-stacks': [] } })
    look(new VidsyncStack(app, 'vidsync-dev', { settings: ALL_SETTINGS }), app)
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

/** What the packs object to, as `rule: construct`. */
const findingsOf = (app: App) =>
  [new AwsSolutionsChecks(app), new ServerlessChecks(app)]
    .flatMap(pack => pack.validateScope(app).violations)
    .flatMap(({ ruleName, violatingResources }) => violatingResources.map(each => `${ruleName}: ${each.constructPath}`))

describe("AWS's checklists", () => {
  test('find nothing that is not excused, warnings included', () => {
    withStack((_, app) => {
      expect(findingsOf(app)).toEqual([])
    })
  })

  test('do look: a plain queue would be found', () => {
    withStack((stack, app) => {
      new Queue(stack, 'Plain')

      expect(findingsOf(app)).toContain('AwsSolutions-SQS4: vidsync-dev/Plain/Resource')
    })
  })

  test('are excused only by name, with a reason, for a single resource', () => {
    withStack(stack => {
      const excuses = stack.node.findAll().flatMap(construct =>
        construct.node.metadata
          .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .flatMap(({ data }) => Object.entries(Object(data)))
          .map(([rule, reason]) => ({ construct, rule: rule.replace(/^Annotation::/i, ''), reason: String(reason) })),
      )

      for (const { construct, reason } of excuses) {
        expect(CfnResource.isCfnResource(construct.node.defaultChild)).toBe(true)
        expect(reason.length).toBeGreaterThan(60)
      }
      expect(new Set(excuses.map(({ rule }) => rule))).toEqual(
        new Set([
          'AwsSolutions-APIG4',
          'AwsSolutions-IAM5[Resource::*]',
          'AwsSolutions-SMG4',
          'AwsSolutions-SQS3',
          'Serverless-EventBusDLQ',
          'Serverless-LambdaDLQ',
          'Serverless-LambdaEventSourceMappingDestination',
          'Serverless-LambdaStarPermissions',
          'Serverless-SNSRedrivePolicy',
          'Serverless-SQSRedrivePolicy',
        ]),
      )
    })
  })
})
