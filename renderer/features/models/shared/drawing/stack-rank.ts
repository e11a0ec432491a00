/** Places boxes one after the other on a line. */

export interface Stacked {
  /** Where its middle would like to be. */
  wanted: number
  size: number
}

/**
 * Middles of the boxes, in the order given and at least `gap` apart, with the least sum of squared distances from
 * where they would like to be (pool adjacent violators).
 */
export function stackRank(boxes: readonly Stacked[], gap: number): number[] {
  // Shifted by what lies before it, no box may come before its neighbour.
  let taken = 0
  const shifts = boxes.map(({ size }) => {
    const middle = taken + size / 2
    taken += size + gap
    return middle
  })
  const pools: { sum: number; count: number }[] = []
  boxes.forEach(({ wanted }, index) => {
    let pool = { sum: wanted - (shifts[index] ?? 0), count: 1 }
    for (
      let last = pools.at(-1);
      last && last.sum / last.count >= pool.sum / pool.count;
      last = pools.at(-1)
    ) {
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count }
      pools.pop()
    }
    pools.push(pool)
  })
  const starts = pools.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count))
  return shifts.map((shift, index) => shift + (starts[index] ?? 0))
}
