/**
 * Chooses fewer points for drawing: the lowest and the highest value of each of limit / 2 ranges, so that no peak is
 * lost. Returns their indices in order, which always include the first and the last point.
 */
export function thinnedIndices(values: readonly number[], limit: number): number[] {
  const count = values.length
  if (count <= limit) return values.map((_, index) => index)
  const ranges = Math.max(1, Math.floor((limit - 2) / 2))
  const kept = [0]
  for (let range = 0; range < ranges; range++) {
    const from = 1 + Math.floor((range * (count - 2)) / ranges)
    const to = 1 + Math.floor(((range + 1) * (count - 2)) / ranges)
    let low = from
    let high = from
    for (let index = from + 1; index < to; index++) {
      if (values[index]! < values[low]!) low = index
      if (values[index]! > values[high]!) high = index
    }
    kept.push(Math.min(low, high))
    if (low !== high) kept.push(Math.max(low, high))
  }
  kept.push(count - 1)
  return kept
}
