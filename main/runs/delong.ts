/**
 * Compares two models' ROC AUC on the same rows by the test of DeLong, DeLong & Clarke-Pearson (1988), with the fast
 * algorithm of Sun & Xu (2014), which needs one sort for each model.
 */
import { ascendingOrder, inChunks } from './ascending-order.ts'
import { twoSidedPValue } from './normal.ts'

export interface PairedAuc {
  first: number
  second: number
  /** second - first. */
  difference: number
  /** Of the difference. */
  standardError: number
  pValue: number
}

/**
 * Predictions of two models for the same rows, and the rows' labels (1 is positive, anything else negative), all of
 * one length. Returns null if there are not at least two positives and two negatives.
 */
export async function pairedDeLong(
  first: Float32Array,
  second: Float32Array,
  labels: Float32Array,
): Promise<PairedAuc | null> {
  const a = await structuralComponents(first, labels)
  const b = await structuralComponents(second, labels)
  if (a.positives.length < 2 || a.negatives.length < 2) return null
  const variance =
    (await varianceOfDifference(a.positives, b.positives)) / a.positives.length +
    (await varianceOfDifference(a.negatives, b.negatives)) / a.negatives.length
  const difference = b.auc - a.auc
  const standardError = Math.sqrt(variance)
  const pValue = standardError > 0 ? twoSidedPValue(difference / standardError) : difference === 0 ? 1 : 0
  return { first: a.auc, second: b.auc, difference, standardError, pValue }
}

interface StructuralComponents {
  auc: number
  /** For each positive row, in row order, the share of negatives ranked below it (ties count half). */
  positives: Float64Array
  /** For each negative row the share of positives ranked above it. */
  negatives: Float64Array
}

/** In ascending order, a tied group's shares follow from how many positives and negatives came before it. */
export async function structuralComponents(
  predictions: Float32Array,
  labels: Float32Array,
): Promise<StructuralComponents> {
  const rows = predictions.length
  let positiveCount = 0
  /** Where each row's share goes among those of its label. */
  const position = new Uint32Array(rows)
  await inChunks(rows, (row) => {
    position[row] = labels[row] === 1 ? positiveCount++ : row - positiveCount
  })
  const negativeCount = rows - positiveCount
  const positives = new Float64Array(positiveCount)
  const negatives = new Float64Array(negativeCount)
  const order = await ascendingOrder(predictions)
  let group = 0
  let [positivesBelow, negativesBelow] = [0, 0]
  let sum = 0
  await inChunks(rows, (last) => {
    const value = predictions[order[last]!]!
    if (last + 1 < rows && predictions[order[last + 1]!] === value) return
    let tiedPositives = 0
    for (let at = group; at <= last; at++) if (labels[order[at]!] === 1) tiedPositives++
    const tiedNegatives = last + 1 - group - tiedPositives
    const below = (negativesBelow + tiedNegatives / 2) / negativeCount
    const above = 1 - (positivesBelow + tiedPositives / 2) / positiveCount
    for (let at = group; at <= last; at++) {
      const row = order[at]!
      if (labels[row] === 1) positives[position[row]!] = below
      else negatives[position[row]!] = above
    }
    sum += below * tiedPositives
    positivesBelow += tiedPositives
    negativesBelow += tiedNegatives
    group = last + 1
  })
  return { auc: sum / positiveCount, positives, negatives }
}

/** Sample variance of second - first, whose terms are Var(second) + Var(first) - 2 Cov. */
async function varianceOfDifference(first: Float64Array, second: Float64Array): Promise<number> {
  let sum = 0
  await inChunks(first.length, (index) => {
    sum += second[index]! - first[index]!
  })
  const mean = sum / first.length
  let squares = 0
  await inChunks(first.length, (index) => {
    squares += (second[index]! - first[index]! - mean) ** 2
  })
  return squares / (first.length - 1)
}
