import { useState } from 'preact/hooks'
import { highest, type Line, latest, total } from './sums.ts'
import { clock } from './words.ts'

interface ChartProps {
  readonly title: string
  /** Milliseconds: where the first part begins, and how long each is. */
  readonly from: number
  readonly period: number
  /** Bars are added up (`total`); levels are read off (`level`). */
  readonly kind: 'total' | 'level'
  readonly lines: readonly (readonly [name: string, line: Line])[]
  readonly unit: (value: number) => string
  /** The scale reaches at least so far. */
  readonly least?: number
}

const WIDTH = 300
const HEIGHT = 72

/** Bars over time. Pointing at it, or the arrow keys, tell one part; screen readers hear the whole in a sentence. */
export function Chart({ title, from, period, kind, lines, unit, least = 1 }: ChartProps) {
  const parts = Math.max(0, ...lines.map(([, line]) => line.length))
  const sums = Array.from({ length: parts }, (_, at) => lines.reduce((sum, [, line]) => sum + (line[at] ?? 0), 0))
  const top = Math.max(least, ...sums)
  const [chosen, choose] = useState<number>()
  const at = chosen === undefined ? undefined : Math.min(chosen, parts - 1)
  const whole = kind === 'total' ? unit(total(sums)) : unit(latest(lines[0]?.[1] ?? []) ?? 0)
  const known = lines.some(([, line]) => line.some(value => value !== null))

  const pointed = (event: PointerEvent): void => {
    if (!(event.currentTarget instanceof Element)) return
    const { left, width } = event.currentTarget.getBoundingClientRect()
    choose(Math.max(0, Math.min(parts - 1, Math.floor(((event.clientX - left) / width) * parts))))
  }
  const told = (part: number): string =>
    lines.map(([name, line]) => `${name} ${line[part] == null ? '–' : unit(line[part])}`).join(', ')
  const summary = known
    ? `${title}: ${kind === 'total' ? `${whole} in all` : `${whole} at last`}, at most ${unit(highest(sums))} in one part`
    : `${title}: nothing yet`

  return (
    <figure class="card chart">
      <figcaption>
        <span>{title}</span>
        <b>{known || kind === 'total' ? whole : '–'}</b>
      </figcaption>
      <div class="plot" onPointerMove={pointed} onPointerLeave={() => choose(undefined)}>
        <input
          type="range"
          aria-label={summary}
          aria-valuetext={at === undefined ? 'not reading a part' : `${clock(from + at * period)}: ${told(at)}`}
          min={0}
          max={Math.max(0, parts - 1)}
          value={at ?? parts - 1}
          onInput={event => choose(Number(event.currentTarget.value))}
          onBlur={() => choose(undefined)}
        />
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <line class="grid" x1="0" x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} />
          <Bars lines={lines} top={top} parts={parts} />
          {at !== undefined && (
            <rect class="chosen" x={(at / parts) * WIDTH} width={WIDTH / parts} y="0" height={HEIGHT} />
          )}
        </svg>
      </div>
      <p class="axis muted" aria-hidden="true">
        {at === undefined ? (
          <>
            <span>{clock(from)}</span>
            <span>{lines.length > 1 ? <Legend lines={lines} /> : `up to ${unit(top)}`}</span>
            <span>now</span>
          </>
        ) : (
          `${clock(from + at * period)}: ${told(at)}`
        )}
      </p>
    </figure>
  )
}

function Bars({ lines, top, parts }: { lines: ChartProps['lines']; top: number; parts: number }) {
  const width = WIDTH / parts
  const paths = lines.map(() => '')
  for (let part = 0; part < parts; part += 1) {
    let y = HEIGHT
    for (const [series, [, line]] of lines.entries()) {
      const value = line[part] ?? 0
      if (value <= 0) continue
      // What is not nothing can be seen.
      const height = Math.max(1, (value / top) * HEIGHT)
      y = Math.max(0, y - height)
      const gap = Math.min(1, width / 4)
      paths[series] +=
        `M${(part * width).toFixed(1)} ${y.toFixed(1)}h${(width - gap).toFixed(1)}v${height.toFixed(1)}h-${(width - gap).toFixed(1)}z`
    }
  }
  return (
    <>
      {paths.map((path, series) => (
        <path key={lines[series]?.[0]} class={`series-${series}`} d={path} />
      ))}
    </>
  )
}

function Legend({ lines }: { lines: ChartProps['lines'] }) {
  return (
    <>
      {lines.map(([name], series) => (
        <span key={name} class="legend">
          <svg viewBox="0 0 8 8" width="8" height="8" aria-hidden="true">
            <rect class={`series-${series}`} width="8" height="8" rx="2" />
          </svg>
          {name}
        </span>
      ))}
    </>
  )
}
