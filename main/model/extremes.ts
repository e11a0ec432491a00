/**
 * Minimum and maximum of lists of any length. Math.min(...values) passes each value as an argument, and the stack only
 * has room for some tens of thousands.
 */

/** Infinity for an empty list, like Math.min(). */
export function minimumOf(values: Iterable<number>): number {
  let found = Infinity
  for (const value of values) found = Math.min(found, value)
  return found
}

/** -Infinity for an empty list, like Math.max(). */
export function maximumOf(values: Iterable<number>): number {
  let found = -Infinity
  for (const value of values) found = Math.max(found, value)
  return found
}

/** Appends items to a list of any length. */
export function appendAll<Item>(list: Item[], items: Iterable<Item>): void {
  for (const item of items) list.push(item)
}
