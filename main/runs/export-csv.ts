import { setImmediate as otherWork } from 'node:timers/promises'
import type { StudioReader } from '../../db/index.ts'
import { csvField, harmlessText } from '../contract/csv-field.ts'
import type { EpochResult } from '../contract/runs.ts'
import { writeFileSafely } from '../platform/write-file.ts'

const PAGE = 5000

/**
 * Writes every metric point of a run, and then every finished epoch, as CSV with the columns series, step, epoch,
 * value, elapsedMs. An epoch's rows have the series `epoch/…`, such as `epoch/trainLoss` and
 * `epoch/validation/auc`, and no step or time; a metric that is
 * undefined on its rows has no value. Numbers are written so that reading them gives the same double.
 */
export async function exportCsv(
  database: StudioReader,
  run: string,
  out: string,
): Promise<{ path: string; bytes: number }> {
  const epochs = database.epochs.list(run)
  return writeFileSafely(out, async (sink) => {
    await sink.text('series,step,epoch,value,elapsedMs\n')
    let after = 0
    for (;;) {
      const points = database.points.after(run, after, PAGE)
      for (const { series, step, epoch, value, elapsedMs } of points) {
        await sink.text(`${csvField(harmlessText(series))},${step},${epoch},${value},${elapsedMs}\n`)
      }
      after = points.at(-1)?.sequence ?? after
      if (points.length < PAGE) break
      await otherWork()
    }
    for (const result of epochs) {
      for (const [series, value] of seriesOf(result))
        await sink.text(`epoch/${series},,${result.epoch},${value ?? ''},\n`)
    }
  })
}

function seriesOf({ trainLoss, durationMs, validation, test }: EpochResult): [string, number | null][] {
  const series: [string, number | null][] = [
    ['trainLoss', trainLoss],
    ['durationMs', durationMs],
  ]
  for (const [split, values] of Object.entries({ validation, test })) {
    for (const [metric, value] of Object.entries(values ?? {})) {
      series.push([`${split}/${metric}`, value])
    }
  }
  return series
}
