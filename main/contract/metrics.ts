/** The names of the metrics, and the rules for undefined ones. */
import { formatPercent } from './quantities.ts'
import type { Comparison, Evaluation } from './runs.ts'
import type { EvaluationMetric } from './training.ts'

export const metricNames: Record<EvaluationMetric, string> = {
  auc: 'AUC',
  logLoss: 'Log loss',
  prAuc: 'PR AUC',
  accuracy: 'Accuracy',
  normalizedEntropy: 'Normalised entropy',
  calibration: 'Calibration',
  meanSquaredError: 'Mean squared error',
}

/** Metrics of rows with and without unknown values. No run is judged by them. */
const rowGroupNames: Record<string, string> = {
  knownAuc: 'AUC of rows with known values',
  unknownAuc: 'AUC of rows with an unknown value',
}

export function metricName(metric: string): string {
  if (Object.hasOwn(rowGroupNames, metric)) return rowGroupNames[metric] ?? metric
  return Object.hasOwn(metricNames, metric) ? metricNames[metric as EvaluationMetric] : metric
}

/** The name inside a sentence, which begins with a small letter unless it is an abbreviation. */
export function metricInSentence(metric: string): string {
  const name = metricName(metric)
  return /^[A-Z][a-z]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name
}

/**
 * The metric that chooses the best epoch and stops a run early: the requested one, or log loss if that one is undefined
 * on the validation rows. Which metrics are defined depends only on the rows' labels, so every epoch of a run gives the
 * same answer.
 */
export function judgedMetric(asked: EvaluationMetric, validation: Evaluation | null): EvaluationMetric {
  return validation && validation[asked] === null ? 'logLoss' : asked
}

/** Why metrics of an evaluation are undefined, or null if AUC and calibration both have a value. */
export function undefinedReason({ auc, calibration }: Evaluation): string | null {
  if (calibration === null) return 'every row has the label 0'
  return auc === null ? 'every row has the label 1' : null
}

/** The note in a run's log and on its page if it is judged by another metric than the requested one. */
export function fallbackNote(asked: EvaluationMetric, validation: Evaluation | null): string | null {
  const judged = judgedMetric(asked, validation)
  if (!validation || judged === asked) return null
  return (
    `${metricName(asked)} is undefined on the validation rows (${undefinedReason(validation) ?? 'too few labels'}): ` +
    `the best epoch and early stopping use ${metricInSentence(judged)} instead.`
  )
}

/**
 * How many rows have values that training has not seen, and how they and the others are ranked; null if there are none.
 */
export function unknownRowsNote({ rows, unknownRows, unknownAuc, knownAuc }: Evaluation): string | null {
  if (!unknownRows) return null
  const auc = (value: number | null | undefined) => value?.toFixed(4) ?? UNDEFINED
  if (unknownRows === rows) return 'every row has a value not seen in training'
  return `AUC ${auc(unknownAuc)} on the ${formatPercent(unknownRows / rows)} of rows with a value not seen in training, ${auc(knownAuc)} on the others`
}

/** Whether a value of a comparison is null because it is undefined rather than because nothing was evaluated. */
export function isUndefined(
  { metrics, runs }: Pick<Comparison, 'metrics' | 'runs'>,
  { metric, split, values }: Comparison['metrics'][number],
  index: number,
): boolean {
  // If every value is known there are no rows to rank separately, which differs from labels that are all the same.
  const epochs = runs[index]?.epochs ?? []
  if (Object.hasOwn(rowGroupNames, metric) && !epochs.some((epoch) => epoch[split]?.unknownRows)) return false
  const evaluated = metrics.find((row) => row.metric === 'logLoss' && row.split === split)
  return (values[index] ?? null) === null && (evaluated?.values[index] ?? null) !== null
}

/** The text for a value that was measured and is undefined. A dash stands for a value that was not measured. */
export const UNDEFINED = 'undefined'
