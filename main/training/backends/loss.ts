/** The loss of predictions, as the native engine computes it. */
import type { PlanLoss } from '../../model/plan-types.ts'

/** A prediction after the loss's clamp. */
export function clamped({ clamp }: PlanLoss, prediction: number): number {
  if (clamp === 0) return prediction
  const [low, high] = [Math.fround(clamp), Math.fround(1 - Math.fround(clamp))]
  return prediction < low ? low : prediction > high ? high : prediction
}

/** The mean over the rows in f64. A logarithm is limited to at least −100, as in PyTorch; NaN stays NaN. */
export function meanLoss(loss: PlanLoss, predictions: Float32Array, labels: Float32Array): number {
  let sum = 0
  for (const [row, label] of labels.entries()) {
    sum += lossOfRow(loss, clamped(loss, predictions[row] ?? Number.NaN), label)
  }
  return sum / labels.length
}

function lossOfRow(loss: PlanLoss, p: number, y: number): number {
  if (loss.kind === 'mse') return (p - y) ** 2
  const crossEntropy = -(y * boundedLog(p) + (1 - y) * boundedLog(1 - p))
  return loss.kind === 'bce' ? crossEntropy : crossEntropy * loss.weights[y >= 1 ? 1 : 0]
}

function boundedLog(x: number): number {
  const log = Math.log(x)
  return log < -100 ? -100 : log
}
