import { UNDEFINED, undefinedReason } from '../../../../main/contract/metrics.ts'
import type { Evaluation } from '../../../../main/contract/runs.ts'
import { formatMetric } from '../../../platform/units.ts'

type Measured = Evaluation | null | undefined

/** Writes a metric of an evaluation: a dash if nothing was evaluated, and a word if the metric is undefined. */
export function evaluationText(evaluation: Measured, metric: keyof Evaluation): string {
  return evaluation && evaluation[metric] === null ? UNDEFINED : formatMetric(evaluation?.[metric])
}

/** Says why a metric is undefined. Returns undefined if the metric has a value or was not measured. */
export function whyUndefined(evaluation: Measured, metric: keyof Evaluation): string | undefined {
  if (!evaluation || evaluation[metric] !== null) return undefined
  return undefinedReason(evaluation) ?? undefined
}
