/** Stacks the boxes of a rank one after the other. */

export interface Stacked {
  /** The position at which its middle should be. */
  wanted: number
  size: number
}

/**
 * Gives the middles of the boxes, in the order given and at least `gap` apart, with the least sum of squared distances
 * from the wanted positions (pool adjacent violators).
 */
export function stackRank(boxes: readonly Stacked[], gap: number): number[] {
  // Once each box is shifted by the sizes before it, the order alone has to be kept.
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
