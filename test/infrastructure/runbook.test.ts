import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PROJECT } from '../../cdk/bundling.ts'
import { synthesize } from '../../cdk/synthesize.ts'
import { template } from './synthesized.ts'

const runbook = readFileSync(`${PROJECT}docs/runbook.md`, 'utf8')

/** Headings of one level, by the chapter that they stand in. */
function sections(chapter: string): string[] {
  const [, text = ''] = new RegExp(`\n## ${chapter}\n([\\s\\S]*?)(?=\n## |$)`).exec(runbook) ?? []
  return [...text.matchAll(/^### (.+)$/gm)].flatMap(([, heading]) => heading ?? [])
}

const alarms = [
  ...Object.values(template.findResources('AWS::CloudWatch::Alarm')),
  ...Object.values(template.findResources('AWS::CloudWatch::CompositeAlarm')),
].map(({ Properties }) => ({
  name: String(Properties.AlarmName ?? Properties.CompositeAlarmName ?? Properties.AlarmName).replace(
    'vidsync-dev-',
    '',
  ),
  description: String(Properties.AlarmDescription),
}))

describe('the runbook', () => {
  test('has a section for every alarm, and no section for an alarm that there is not', () => {
    expect(sections('Alarms').sort()).toEqual(alarms.map(({ name }) => name).sort())
  })

  test.each(alarms)('is where the alarm $name sends people', ({ name, description }) => {
    expect(description).toMatch(new RegExp(` More: docs/runbook\\.md#${name.toLowerCase()}$`))
  })

  test('may lie elsewhere', () => {
    const { Resources } = synthesize({ settings: { runbookUrl: 'https://wiki.example.com/vidsync' } })

    expect(Resources.DeadLettersAlarm?.Properties?.AlarmDescription).toMatch(
      / More: https:\/\/wiki\.example\.com\/vidsync#deadletters$/,
    )
  })
})

test.each(['runbook.md', 'deploy.md'])('every link of docs/%s leads somewhere', name => {
  const path = `${PROJECT}docs/${name}`
  const links = [...readFileSync(path, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => link ?? [])

  const broken = links
    .filter(link => !/^https?:/.test(link))
    .filter(link => {
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path : join(dirname(path), file)
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor))
    })

  expect(broken).toEqual([])
})

/** As GitHub makes them of headings. */
const anchorsOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
