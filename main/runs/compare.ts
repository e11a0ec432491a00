/** Compares two or more runs. */
import type { StudioReader } from '../../db/index.ts'
import type { NativeDataset } from '../../native/index.ts'
import { StudioError, toErrorData } from '../contract/errors.ts'
import { differingSettings } from '../contract/side-by-side.ts'
import {
  evaluation,
  type Comparison,
  type EpochResult,
  type Evaluation,
  type RunDetail,
} from '../contract/runs.ts'
import { significanceOf, type TestedRun } from './significance.ts'
import { showStoredRun } from './summaries.ts'
import { testLabels, testPredictions } from './test-rows.ts'

const SPLITS = ['validation', 'test'] as const

export interface ComparisonSources {
  database: StudioReader
  /** The workspace folder. */
  workspace: string
  /** May throw if a dataset no longer exists. */
  openDataset: (id: string) => NativeDataset | Promise<NativeDataset>
}

/** Throws NotFound, or InvalidArgument for fewer than two runs or one named twice. */
export async function compareRuns(sources: ComparisonSources, ids: readonly string[]): Promise<Comparison> {
  if (ids.length < 2 || new Set(ids).size < ids.length) {
    throw new StudioError('InvalidArgument', 'Choose two or more different runs to compare.', {
      field: 'ids',
    })
  }
  const runs = await Promise.all(ids.map((id) => showStoredRun(sources, id)))
  const epochs = runs.map((run) => bestEpoch(run, sources.database.runs.row(run.id).bestEpoch))
  return {
    runs,
    differing: differingSettings(runs),
    metrics: metricsSideBySide(epochs),
    significance: await significance(sources, runs, epochs),
  }
}

/** The epoch that represents a run: the best one, or the last one without a validation split. */
function bestEpoch(run: RunDetail, best: number | null): EpochResult | undefined {
  return run.epochs.find(({ epoch }) => epoch === best) ?? run.epochs.at(-1)
}

function metricsSideBySide(epochs: readonly (EpochResult | undefined)[]): Comparison['metrics'] {
  const names = Object.keys(evaluation.shape) as (keyof Evaluation)[]
  return SPLITS.flatMap((split) =>
    names.flatMap((metric) => {
      const values = epochs.map((epoch) => epoch?.[split]?.[metric] ?? null)
      // Rows with unknown values are listed separately only if there are any.
      if (metric === 'unknownRows' || !epochs.some((epoch) => epoch?.[split]?.[metric] !== undefined))
        return []
      // A metric that is undefined for every run is shown as undefined. A metric of a split that no run has is left
      // out.
      return metric === 'rows' || !epochs.some((epoch) => epoch?.[split]) ? [] : [{ metric, split, values }]
    }),
  )
}

/** Compares every later run with the first one. */
async function significance(
  sources: ComparisonSources,
  runs: readonly RunDetail[],
  epochs: readonly (EpochResult | undefined)[],
): Promise<Comparison['significance']> {
  const tested = await Promise.all(runs.map((run, index) => testedRun(sources, run, epochs[index])))
  const [baseline, ...others] = tested
  if (!baseline || !runs[0]) return []
  const labels = await labelsOf(sources, runs[0])
  const results: Comparison['significance'] = []
  for (const run of others) results.push(await significanceOf(baseline, run, labels, others.length))
  return results
}

async function testedRun(
  { workspace }: ComparisonSources,
  { id, name, datasetHash }: RunDetail,
  epoch: EpochResult | undefined,
): Promise<TestedRun> {
  const test = epoch?.test ?? null
  const predictions = test && (await testPredictions(workspace, id, test.rows))
  return { id, name, datasetHash, test, predictions }
}

/** null if the dataset no longer exists or another one has its name. The unpaired test does not need it. */
async function labelsOf({ openDataset }: ComparisonSources, run: RunDetail): Promise<Float32Array | null> {
  try {
    return await testLabels(await openDataset(run.datasetId), run.datasetHash)
  } catch (error) {
    if (toErrorData(error).code === 'NotFound') return null
    throw error
  }
}
