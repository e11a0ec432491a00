import type { StudioDatabase } from '../../db/index.ts'
import { fallbackNote } from '../contract/metrics.ts'
import type { RunDetail } from '../contract/runs.ts'
import { showRun } from '../runs/summaries.ts'
import { EXIT, type Outcome } from './command.ts'
import { epochTable, metricRemarks, unknownRemark } from './commands/runs.ts'
import { formatDuration } from '../contract/quantities.ts'
import { integer } from './terminal.ts'

/** The number of points that one query to the database returns. */
const PAGE = 50_000

/** The answer of `train` and `resume` after a run has ended. */
export function runOutcome(database: StudioDatabase, id: string): Outcome {
  const run = showRun(database, id)
  const note = fallbackNote(run.config.bestMetric, run.epochs[0]?.validation ?? null)
  return {
    json: {
      run: run.id,
      status: run.status,
      steps: run.steps,
      ...(run.config.logEvery === 1 && { stepLosses: stepLosses(database, id) }),
      durationMs: run.durationMs,
      samplesPerSecond: run.samplesPerSecond,
      epochs: run.epochs.map(({ epoch, trainLoss, validation, test }) => ({
        epoch,
        trainLoss,
        validation,
        test,
      })),
      bestMetric: run.bestMetric,
      best: run.best,
      ...(note && { note }),
      ...(run.error && { error: run.error }),
    },
    text: resultText(run),
    exitCode: run.status === 'completed' || run.status === 'stopped' ? EXIT.done : EXIT.failed,
  }
}

function stepLosses(database: StudioDatabase, id: string): number[] {
  const losses: number[] = []
  let after = 0
  for (;;) {
    const page = database.points.after(id, after, PAGE)
    for (const { series, value } of page) if (series === 'train/loss') losses.push(value)
    if (page.length < PAGE) return losses
    after = page.at(-1)?.sequence ?? after
  }
}

function resultText(run: RunDetail): string {
  const head =
    `${run.id} ${run.status}: ${integer(run.steps)} steps in ${formatDuration(run.durationMs)}` +
    (run.samplesPerSecond ? `, ${integer(Math.round(run.samplesPerSecond))} samples/s while training` : '')
  return [
    head,
    ...(run.error ? [`Error: ${run.error.message}`] : []),
    ...(run.epochs.length ? ['', epochTable(run.epochs)] : []),
    ...metricRemarks(run),
    ...(run.testAuc === null ? [] : ['', `Test AUC at the best epoch: ${run.testAuc.toFixed(4)}`]),
    ...unknownRemark(run),
  ].join('\n')
}
