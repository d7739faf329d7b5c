import { Failure } from '../components/Failure.tsx'
import classes from './TokenGrid.module.css'

export function FailedCells({ error, retry }: { error: Error; retry(): void }) {
  return (
    <td colSpan={7} className={classes.wide}>
      <Failure error={error} onRetry={retry} />
    </td>
  )
}
