/** The names of the metrics, and what holds where one of them is undefined. */
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

/** Of the rows apart; no run is judged by them. */
const partNames: Record<string, string> = {
  knownAuc: 'AUC of rows with known values',
  unknownAuc: 'AUC of rows with an unknown value',
}

export function metricName(metric: string): string {
  if (Object.hasOwn(partNames, metric)) return partNames[metric] ?? metric
  return Object.hasOwn(metricNames, metric) ? metricNames[metric as EvaluationMetric] : metric
}

/** For use inside a sentence: names begin with a small letter unless they are abbreviations. */
export function metricInSentence(metric: string): string {
  const name = metricName(metric)
  return /^[A-Z][a-z]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name
}

/**
 * The metric that chooses the best epoch and stops a run early: the one asked for, or log loss where that one is
 * undefined on the validation rows. Which metrics are defined depends on the rows' labels alone, so every epoch of a
 * run gives the same answer.
 */
export function judgedMetric(asked: EvaluationMetric, validation: Evaluation | null): EvaluationMetric {
  return validation && validation[asked] === null ? 'logLoss' : asked
}

/** Why metrics of an evaluation are undefined, or null where AUC and calibration both have a value. */
export function undefinedReason({ auc, calibration }: Evaluation): string | null {
  if (calibration === null) return 'every row has the label 0'
  return auc === null ? 'every row has the label 1' : null
}

/** What a run's log and page say where it is judged by another metric than the one that was asked for. */
export function fallbackNote(asked: EvaluationMetric, validation: Evaluation | null): string | null {
  const judged = judgedMetric(asked, validation)
  if (!validation || judged === asked) return null
  return (
    `${metricName(asked)} is undefined on the validation rows (${undefinedReason(validation) ?? 'too few labels'}): ` +
    `the best epoch and early stopping use ${metricInSentence(judged)} instead.`
  )
}

/** Where rows have values that training has not seen: how many, and how they and the others are ranked; else null. */
export function unknownRowsNote({ rows, unknownRows, unknownAuc, knownAuc }: Evaluation): string | null {
  if (!unknownRows) return null
  const auc = (value: number | null | undefined) => value?.toFixed(4) ?? UNDEFINED
  if (unknownRows === rows) return 'every row has a value not seen in training'
  const share = `${((100 * unknownRows) / rows).toFixed(1)} %`
  return `AUC ${auc(unknownAuc)} on the ${share} of rows with a value not seen in training, ${auc(knownAuc)} on the others`
}

/** Whether a value of a comparison is null because it is undefined, not because nothing was evaluated. */
export function isUndefined(
  { metrics, runs }: Pick<Comparison, 'metrics' | 'runs'>,
  { metric, split, values }: Comparison['metrics'][number],
  index: number,
): boolean {
  // Where every value is known there are no rows to rank apart, which is another thing than labels that are all the same.
  const epochs = runs[index]?.epochs ?? []
  if (Object.hasOwn(partNames, metric) && !epochs.some((epoch) => epoch[split]?.unknownRows)) return false
  const evaluated = metrics.find((row) => row.metric === 'logLoss' && row.split === split)
  return (values[index] ?? null) === null && (evaluated?.values[index] ?? null) !== null
}

/** In place of a value that has been measured and is undefined, where a dash stands for what was not measured. */
export const UNDEFINED = 'undefined'
