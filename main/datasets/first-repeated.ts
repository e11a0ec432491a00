/**
 * The first value that occurred before, or undefined. It takes linear time, because lists come from outside and may be
 * long.
 */
export function firstRepeated<Value>(values: Iterable<Value>): Value | undefined {
  const seen = new Set<Value>()
  for (const value of values) {
    if (seen.has(value)) return value
    seen.add(value)
  }
  return undefined
}
