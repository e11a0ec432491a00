/** Tests whether one run's test AUC differs from another's by more than the choice of test rows explains. */
import { undefinedReason } from '../contract/metrics.ts'
import type { Comparison, Evaluation } from '../contract/runs.ts'
import { pairedDeLong } from './delong.ts'
import { hanleyMcNeilError } from './hanley-mcneil.ts'
import { twoSidedPValue } from './normal.ts'
import { minimumOf } from '../model/extremes.ts'

export type Significance = Comparison['significance'][number]

/** The accepted chance of one or more false alarms over all comparisons that are made together. */
const LEVEL = 0.05
/** Predictions belong to a stored evaluation if they give its AUC to this precision. */
const SAME_AUC = 1e-5
/** The number of rows of either label below which the normal approximation of both tests is not reliable. */
const FEWEST_OF_A_LABEL = 10
/** A standard error below this is rounding: nothing varies between the rows. */
const NO_SPREAD = 1e-12

/** A run at its best epoch. */
export interface TestedRun {
  id: string
  name: string
  datasetHash: string
  /** null if no test rows were evaluated. */
  test: Evaluation | null
  /** One for each test row; null if they are not stored. */
  predictions: Float32Array | null
}

type Test = { difference: number; standardError: number; pValue: number }

/**
 * Compares the run with the baseline: by DeLong's paired test if there are labels and both runs' predictions for the
 * same rows, otherwise by the standard errors of Hanley and McNeil as if the rows were different ones. `comparisons` is
 * how many are made together. If the two cannot be tested, the verdict says why and the numbers are null.
 */
export async function significanceOf(
  baseline: TestedRun,
  run: TestedRun,
  labels: Float32Array | null,
  comparisons: number,
): Promise<Significance> {
  const names = { run: run.id, baseline: baseline.id, metric: 'auc' } as const
  const untested = { ...names, difference: null, standardError: null, pValue: null, method: null, rows: null }
  const { test } = run
  const incomparable = whyIncomparable(baseline, run, labels)
  if (incomparable || !test || !baseline.test) return { ...untested, ...(incomparable ?? NO_TEST) }
  const [baselineAuc, runAuc] = [baseline.test.auc ?? 0, test.auc ?? 0]
  const difference = runAuc - baselineAuc
  const counts = countsOf(test, labels)
  if (minimumOf(counts) < FEWEST_OF_A_LABEL) {
    return { ...untested, difference, ...tooFew(run, baseline, test, counts, labels !== null) }
  }
  const paired = await pairedTest(baseline, run, labels)
  const result = paired ?? unpairedTest(baselineAuc, runAuc, counts)
  const basis = { method: paired ? ('paired' as const) : ('unpaired' as const), rows: test.rows }
  if (result.standardError < NO_SPREAD) {
    const pValue = result.difference === 0 ? 1 : null
    return {
      ...names,
      ...basis,
      ...result,
      standardError: 0,
      pValue,
      ...withoutSpread(result, run, baseline),
    }
  }
  const sentence = verdict(
    result,
    baseline,
    run,
    test.rows,
    comparisons,
    paired ? 'paired DeLong' : 'unpaired',
  )
  const outcome =
    result.pValue < LEVEL / comparisons
      ? `${direction(result.difference)} than the baseline`
      : 'no significant difference'
  return {
    ...names,
    ...basis,
    ...result,
    outcome,
    verdict: paired ? sentence : `${sentence} ${ONLY_UNPAIRED}`,
  }
}

const ONLY_UNPAIRED =
  'Predictions for each row are not stored for both runs, so only the weaker unpaired test was possible.'

/** The texts of a comparison: a whole sentence with both names, and a few words for a table's cell beside the name. */
type Statement = Pick<Significance, 'verdict' | 'outcome'>

const NO_TEST: Statement = { verdict: '', outcome: 'no result on test rows' }

/** Why the AUCs of two runs must not be compared, or null. */
function whyIncomparable(baseline: TestedRun, run: TestedRun, labels: Float32Array | null): Statement | null {
  const of = (which: TestedRun): string => (which === run ? '' : 'baseline: ')
  for (const which of [run, baseline]) {
    if (which.test) continue
    const verdict = `${which.name} cannot be tested: it has no result on test rows.`
    return { verdict, outcome: `${of(which)}${NO_TEST.outcome}` }
  }
  if (baseline.datasetHash !== run.datasetHash) {
    const verdict =
      `${run.name} and ${baseline.name} were tested on different data, so their AUCs cannot be compared: ` +
      'train both on the same dataset.'
    return { verdict, outcome: 'not comparable: tested on different data' }
  }
  const rows = labels?.length ?? baseline.test?.rows
  if (run.test?.rows !== baseline.test?.rows || run.test?.rows !== rows) {
    const verdict = `${run.name} and ${baseline.name} were tested on different rows, so their AUCs cannot be compared.`
    return { verdict, outcome: 'not comparable: tested on different rows' }
  }
  for (const which of [run, baseline]) {
    const { name, test } = which
    if (test?.auc !== null) continue
    const reason = undefinedReason(test) ?? 'the test rows have too few labels'
    return {
      verdict: `${name} cannot be tested: its AUC is undefined because on the test data ${reason}.`,
      outcome: `${of(which)}AUC is undefined, ${reason}`,
    }
  }
  return null
}

/** The number of rows of each label. Without the labels only that of the rarer one is known, and it comes first. */
function countsOf(test: Evaluation, labels: Float32Array | null): [number, number] {
  const some = labels ? labels.reduce((sum, label) => sum + (label === 1 ? 1 : 0), 0) : rowsOfRarerLabel(test)
  return [some, test.rows - some]
}

async function pairedTest(
  baseline: TestedRun,
  run: TestedRun,
  labels: Float32Array | null,
): Promise<Test | null> {
  if (!labels || !baseline.predictions || !run.predictions) return null
  const test = await pairedDeLong(baseline.predictions, run.predictions, labels)
  if (!test) return null
  const stale =
    Math.abs(test.first - (baseline.test?.auc ?? 0)) > SAME_AUC ||
    Math.abs(test.second - (run.test?.auc ?? 0)) > SAME_AUC
  const { difference, standardError, pValue } = test
  return stale ? null : { difference, standardError, pValue }
}

function unpairedTest(baselineAuc: number, runAuc: number, [some, others]: [number, number]): Test {
  // Which label is the rarer one is not always known; the larger of both errors is the cautious choice.
  const error = (auc: number): number =>
    Math.max(hanleyMcNeilError(auc, some, others), hanleyMcNeilError(auc, others, some))
  const difference = runAuc - baselineAuc
  const standardError = Math.hypot(error(baselineAuc), error(runAuc))
  return { difference, standardError, pValue: twoSidedPValue(difference / standardError) }
}

/**
 * The number of rows of the rarer label, derived from the evaluation alone: log loss over normalised entropy is the
 * entropy of the labels' mean, which grows with that mean up to one half.
 */
function rowsOfRarerLabel({ logLoss, normalizedEntropy, rows }: Evaluation): number {
  const entropy = normalizedEntropy ? logLoss / normalizedEntropy : Math.LN2
  let [low, high] = [0, 0.5]
  while (high - low > 1e-9) {
    const mean = (low + high) / 2
    if (-mean * Math.log(mean) - (1 - mean) * Math.log1p(-mean) < entropy) low = mean
    else high = mean
  }
  return Math.min(Math.max(Math.round(high * rows), 1), rows - 1)
}

const counted = (count: number): string => count.toLocaleString('en-US')
const plural = (count: number, what: string): string => `${counted(count)} ${what}${count === 1 ? '' : 's'}`
const direction = (difference: number): string => (difference > 0 ? 'better' : 'worse')
const size = (difference: number): string => Math.abs(difference).toFixed(4)

function tooFew(
  run: TestedRun,
  baseline: TestedRun,
  test: Evaluation,
  [some, others]: [number, number],
  labelled: boolean,
): Statement {
  const labels = labelled
    ? `${counted(some)} with the label 1 and ${counted(others)} with the label 0`
    : `about ${counted(some)} with the rarer label`
  const needed = `at least ${FEWEST_OF_A_LABEL} of each are needed`
  return {
    verdict:
      `Too few rows to tell whether ${run.name} differs from ${baseline.name}: ` +
      `of ${plural(test.rows, 'test row')}, ${labels}; ${needed}.`,
    outcome: `too few test rows: ${labels}; ${needed}`,
  }
}

/** If every row is the same for both runs, there is nothing from which an error could be estimated. */
function withoutSpread({ difference }: Test, run: TestedRun, baseline: TestedRun): Statement {
  const both = `${run.name} and ${baseline.name}`
  if (difference !== 0) {
    const verdict =
      `${run.name} ranks ${direction(difference)} than ${baseline.name} by ${size(difference)} of AUC on all test ` +
      'rows alike; without spread between the rows there is no p-value.'
    return { verdict, outcome: `${direction(difference)} on all rows alike, so there is no p-value` }
  }
  const { predictions } = run
  const identical = predictions?.every((value, row) => value === baseline.predictions?.[row]) ?? false
  return identical
    ? {
        verdict: `${both} make the same prediction for every test row: there is no difference between them.`,
        outcome: 'identical predictions',
      }
    : {
        verdict: `${both} rank the positive and negative test rows alike: there is no difference in AUC between them.`,
        outcome: 'no difference: ranks the test rows alike',
      }
}

function verdict(
  test: Test,
  baseline: TestedRun,
  run: TestedRun,
  rows: number,
  comparisons: number,
  method: string,
): string {
  const among = comparisons > 1 ? `, judged as one of ${comparisons} comparisons` : ''
  const basis = `p ${formatted(test.pValue)}, ${method} test on ${plural(rows, 'test row')}${among}`
  if (test.pValue >= LEVEL / comparisons) {
    return `No difference beyond noise between ${run.name} and ${baseline.name} (${basis}).`
  }
  return (
    `${run.name} ranks ${direction(test.difference)} than ${baseline.name} by ${size(test.difference)} of AUC ` +
    `(${basis}); other seeds may differ.`
  )
}

function formatted(pValue: number): string {
  return pValue < 0.0001 ? '< 0.0001' : `= ${pValue.toPrecision(2)}`
}
