import type { StatisticsSeries } from '../../api/types.ts'
import classes from './Charts.module.css'
import { LineChart } from './LineChart.tsx'
import { latencies, memoryShare, refusals, storeShares, tokensByType, verificationRate } from './lines.ts'

export function Charts({ series }: { series: StatisticsSeries }) {
  const times = series.points.map(({ time }) => time)
  return (
    <div className={classes.charts}>
      <LineChart title="Verifications a second" times={times} lines={verificationRate(series)} />
      <LineChart title="Answered from memory, %" times={times} lines={memoryShare(series)} maximum={100} />
      <LineChart title="Refusals a minute, by reason" times={times} lines={refusals(series)} />
      <LineChart title="Unexpired tokens, by kind" times={times} lines={tokensByType(series)} />
      <LineChart title="Stores that answered, %" times={times} lines={storeShares(series)} maximum={100} />
      <LineChart title="Time that stores took, milliseconds" times={times} lines={latencies(series)} />
    </div>
  )
}
