/**
 * Least and most of lists of any length. Math.min(...values) hands each value over as an argument of its own, of which
 * there is only room for some ten thousands.
 */

/** Infinity where there are none, as Math.min() says. */
export function minimumOf(values: Iterable<number>): number {
  let found = Infinity
  for (const value of values) found = Math.min(found, value)
  return found
}

/** -Infinity where there are none, as Math.max() says. */
export function maximumOf(values: Iterable<number>): number {
  let found = -Infinity
  for (const value of values) found = Math.max(found, value)
  return found
}

/** Adds items to the end of a list, however many they are. */
export function appendAll<Item>(list: Item[], items: Iterable<Item>): void {
  for (const item of items) list.push(item)
}
