import type { RunStatus } from '../../../main/contract/runs.ts'
import type { EvaluationMetric } from '../../../main/contract/training.ts'

/** A process trains it now, or is about to. */
export function isActive(status: RunStatus): boolean {
  return status === 'starting' || status === 'running' || status === 'paused'
}

/** It can go on from where it is or from its last checkpoint. */
export function canResume(status: RunStatus): boolean {
  return status === 'paused' || status === 'stopped' || status === 'interrupted' || status === 'failed'
}

export const metricNames: Record<EvaluationMetric, string> = {
  auc: 'AUC',
  logLoss: 'Log loss',
  prAuc: 'PR AUC',
  accuracy: 'Accuracy',
  normalizedEntropy: 'Normalized entropy',
  calibration: 'Calibration',
  meanSquaredError: 'Mean squared error',
}

export function metricName(metric: string): string {
  return metricNames[metric as EvaluationMetric] ?? metric
}
