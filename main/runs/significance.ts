/** Whether one run's test AUC differs from another's by more than the chance of which rows were tested. */
import type { Comparison, Evaluation } from '../contract/runs.ts'
import { pairedDeLong } from './delong.ts'
import { hanleyMcNeilError } from './hanley-mcneil.ts'
import { twoSidedPValue } from './normal.ts'

export type Significance = Comparison['significance'][number]

/** Chance of one or more false alarms that is put up with, over all comparisons made together. */
const LEVEL = 0.05
/** Predictions belong to a stored evaluation if they give its AUC to this precision. */
const SAME_AUC = 1e-5

/** A run at its best epoch. */
export interface TestedRun {
  id: string
  name: string
  datasetHash: string
  test: Evaluation
  /** For each test row; null where they are not kept. */
  predictions: Float32Array | null
}

/**
 * The run against the baseline: by DeLong's paired test where there are labels and both runs' predictions for the
 * same rows, else by the standard errors of Hanley and McNeil as if the rows were different ones. `comparisons`
 * is how many are made together. null where an AUC is not defined.
 */
export async function significanceOf(
  baseline: TestedRun,
  run: TestedRun,
  labels: Float32Array | null,
  comparisons: number,
): Promise<Significance | null> {
  if (baseline.test.auc === null || run.test.auc === null) return null
  const names = { run: run.id, baseline: baseline.id, metric: 'auc' } as const
  const sameData = baseline.datasetHash === run.datasetHash
  const paired = sameData ? await pairedTest(baseline, run, labels) : null
  if (paired) {
    return { ...names, ...paired, verdict: verdict(paired, baseline, run, comparisons, 'paired DeLong test') }
  }
  const unpaired = unpairedTest(
    baseline.test,
    baseline.test.auc,
    run.test,
    run.test.auc,
    sameData ? labels : null,
  )
  const sentence = verdict(unpaired, baseline, run, comparisons, 'unpaired test')
  const caution = sameData
    ? 'Predictions for each row are not kept for both runs, so that only the weaker unpaired test was possible.'
    : 'The runs were tested on different data, so this says little about the models.'
  return { ...names, ...unpaired, verdict: `${sentence} ${caution}` }
}

type Test = Pick<Significance, 'difference' | 'standardError' | 'pValue'>

async function pairedTest(
  baseline: TestedRun,
  run: TestedRun,
  labels: Float32Array | null,
): Promise<Test | null> {
  if (!labels || !baseline.predictions || !run.predictions) return null
  const test = await pairedDeLong(baseline.predictions, run.predictions, labels)
  if (!test) return null
  const stale =
    Math.abs(test.first - (baseline.test.auc ?? 0)) > SAME_AUC ||
    Math.abs(test.second - (run.test.auc ?? 0)) > SAME_AUC
  const { difference, standardError, pValue } = test
  return stale ? null : { difference, standardError, pValue }
}

function unpairedTest(
  baseline: Evaluation,
  baselineAuc: number,
  run: Evaluation,
  runAuc: number,
  labels: Float32Array | null,
): Test {
  const error = (evaluation: Evaluation, auc: number): number => {
    const positives = labels
      ? labels.reduce((sum, label) => sum + (label === 1 ? 1 : 0), 0)
      : positivesOf(evaluation)
    // Which label is the rarer one cannot always be told: the larger of both errors promises nothing too much.
    const others = evaluation.rows - positives
    return Math.max(hanleyMcNeilError(auc, positives, others), hanleyMcNeilError(auc, others, positives))
  }
  const difference = runAuc - baselineAuc
  const standardError = Math.hypot(error(baseline, baselineAuc), error(run, runAuc))
  return { difference, standardError, pValue: twoSidedPValue(difference / standardError) }
}

/**
 * Rows of the rarer label, told from the evaluation alone: log loss over normalised entropy is the entropy of the
 * labels' mean, which grows with that mean up to one half.
 */
function positivesOf({ logLoss, normalizedEntropy, rows }: Evaluation): number {
  const entropy = normalizedEntropy ? logLoss / normalizedEntropy : Math.LN2
  let [low, high] = [0, 0.5]
  while (high - low > 1e-9) {
    const mean = (low + high) / 2
    if (-mean * Math.log(mean) - (1 - mean) * Math.log1p(-mean) < entropy) low = mean
    else high = mean
  }
  return Math.min(Math.max(Math.round(high * rows), 1), rows - 1)
}

function verdict(
  test: Test,
  baseline: TestedRun,
  run: TestedRun,
  comparisons: number,
  method: string,
): string {
  const rows = run.test.rows.toLocaleString('en-US')
  const among = comparisons > 1 ? `, judged as one of ${comparisons} comparisons` : ''
  const basis = `p ${formatted(test.pValue)}, ${method} on ${rows} test rows${among}`
  if (test.pValue >= LEVEL / comparisons) {
    return `No difference beyond noise between ${run.name} and ${baseline.name} (${basis}).`
  }
  const direction = test.difference > 0 ? 'better' : 'worse'
  const size = Math.abs(test.difference).toFixed(4)
  return `${run.name} ranks ${direction} than ${baseline.name} by ${size} of AUC (${basis}); other seeds may differ.`
}

function formatted(pValue: number): string {
  return pValue < 0.0001 ? '< 0.0001' : `= ${pValue.toPrecision(2)}`
}
