import { UNDEFINED, undefinedReason } from '../../../../main/contract/metrics.ts'
import type { Evaluation } from '../../../../main/contract/runs.ts'
import { formatMetric } from '../../../platform/units.ts'

type Measured = Evaluation | null | undefined

/** A metric of an evaluation: a dash where nothing was evaluated, a word where the metric is undefined. */
export function evaluationText(evaluation: Measured, metric: keyof Evaluation): string {
  return evaluation && evaluation[metric] === null ? UNDEFINED : formatMetric(evaluation?.[metric])
}

/** Why a metric of an evaluation is undefined; undefined itself where the metric has a value or was not measured. */
export function whyUndefined(evaluation: Measured, metric: keyof Evaluation): string | undefined {
  if (!evaluation || evaluation[metric] !== null) return undefined
  return undefinedReason(evaluation) ?? undefined
}
