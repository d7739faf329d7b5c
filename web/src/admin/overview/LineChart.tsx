import { Text } from '@mantine/core'
import { exactTime } from '../../format/time.ts'
import classes from './LineChart.module.css'
import type { Line } from './lines.ts'

interface LineChartProps {
  title: string
  /** Seconds since the epoch. */
  times: readonly number[]
  lines: readonly Line[]
  /** The top of the scale; the highest value unless given. */
  maximum?: number
}

const WIDTH = 600
const HEIGHT = 150

/** Lines over time, with their numbers beside them in words. */
export function LineChart({ title, times, lines, maximum }: LineChartProps) {
  const top = maximum ?? niceCeiling(Math.max(0, ...lines.flatMap(({ values }) => values.map(Number))))
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  return (
    <figure className={classes.chart}>
      <figcaption className={classes.title}>{title}</figcaption>
      <div className={classes.plot} aria-hidden>
        <div className={classes.scale}>
          <span>{format(top)}</span>
          <span>0</span>
        </div>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          aria-hidden
          className={classes.lines}
        >
          <path d={`M0 ${HEIGHT / 2}H${WIDTH}`} className={classes.grid} />
          {lines.map(({ name, values }, index) => (
            <path key={name} d={pathOf(values, top)} className={classes.line} data-line={index % 6} />
          ))}
        </svg>
        <div className={classes.times}>
          <span>{exactTime(first)}</span>
          <span>{exactTime(last)}</span>
        </div>
      </div>
      {lines.length === 0 ? (
        <Text size="sm" c="dimmed">
          None
        </Text>
      ) : (
        <Numbers title={title} lines={lines} />
      )}
    </figure>
  )
}

function Numbers({ title, lines }: { title: string; lines: readonly Line[] }) {
  return (
    <table className={classes.numbers} aria-label={title}>
      <thead>
        <tr>
          <th scope="col">Line</th>
          <th scope="col">Latest</th>
          <th scope="col">Average</th>
          <th scope="col">Highest</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ name, values }, index) => {
          const known = values.filter((value) => value !== null)
          const sum = known.reduce((total, value) => total + value, 0)
          return (
            <tr key={name}>
              <th scope="row">
                <span className={classes.swatch} data-line={index % 6} aria-hidden />
                {name}
              </th>
              <td>{format(known.at(-1))}</td>
              <td>{format(known.length > 0 ? sum / known.length : undefined)}</td>
              <td>{format(known.length > 0 ? Math.max(...known) : undefined)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** Gaps stay gaps; a value between two of them is a short dash. */
function pathOf(values: readonly (number | null)[], top: number): string {
  const step = WIDTH / Math.max(1, values.length - 1)
  const parts = values.map((value, index) => {
    if (value === null) return ''
    const x = (index * step).toFixed(1)
    const y = (HEIGHT - (HEIGHT * Math.min(value, top)) / top).toFixed(1)
    return (values[index - 1] ?? null) === null ? `M${x} ${y}h2` : `L${x} ${y}`
  })
  return parts.join('')
}

/** 1, 2 or 5 times a power of ten, and not below what is given. */
function niceCeiling(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10)
}

function format(value: number | undefined): string {
  if (value === undefined) return '–'
  return value.toLocaleString(undefined, { maximumSignificantDigits: value >= 1000 ? 6 : 3 })
}
