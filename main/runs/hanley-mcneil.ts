/**
 * The standard error of one ROC AUC from only its value and the numbers of positive and negative rows (Hanley & McNeil
 * 1982, eq. 2), for models whose predictions are not stored.
 */
export function hanleyMcNeilError(auc: number, positives: number, negatives: number): number {
  const q1 = auc / (2 - auc)
  const q2 = (2 * auc * auc) / (1 + auc)
  const variance =
    (auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc)) /
    (positives * negatives)
  return Math.sqrt(Math.max(variance, 0))
}
