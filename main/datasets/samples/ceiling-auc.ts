/** The number of bins by which probabilities are distinguished. An AUC changes by less than 1e-4 because of it. */
const BINS = 1 << 16

/**
 * ROC AUC of the true probabilities against the labels drawn from them, which a perfect model would reach. Rows come
 * one by one, and the memory is constant.
 */
export class CeilingAuc {
  readonly #positives = new Float64Array(BINS)
  readonly #negatives = new Float64Array(BINS)

  add(probability: number, label: 0 | 1): void {
    const bin = Math.min(BINS - 1, Math.floor(probability * BINS))
    const counts = label === 1 ? this.#positives : this.#negatives
    counts[bin] = (counts[bin] ?? 0) + 1
  }

  /** null while one of the two classes is missing. */
  value(): number | null {
    let below = 0
    let ordered = 0
    let positives = 0
    for (let bin = 0; bin < BINS; bin++) {
      const positive = this.#positives[bin] ?? 0
      const negative = this.#negatives[bin] ?? 0
      // Pairs in one bin count half, as ties do.
      ordered += positive * (below + negative / 2)
      positives += positive
      below += negative
    }
    return positives > 0 && below > 0 ? ordered / (positives * below) : null
  }
}
