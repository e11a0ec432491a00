/**
 * Fewer points for drawing: from each of limit/2 stretches the lowest and the highest value in their order, so that
 * no peak is lost. Gives the indices kept; the first and the last point are always among them.
 */
export function thinnedIndices(values: readonly number[], limit: number): number[] {
  const count = values.length
  if (count <= limit) return values.map((_, index) => index)
  const stretches = Math.max(1, Math.floor((limit - 2) / 2))
  const kept = [0]
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = 1 + Math.floor((stretch * (count - 2)) / stretches)
    const to = 1 + Math.floor(((stretch + 1) * (count - 2)) / stretches)
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
