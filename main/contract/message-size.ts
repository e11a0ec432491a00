/** Whether a message, as structured clone transfers it, is larger than about `limit` bytes. */
export function isLargerThan(message: unknown, limit: number): boolean {
  return messageBytes(message, limit) > limit
}

/**
 * The approximate size of a message as structured clone transfers it. Text counts two bytes a character, a number
 * eight. It stops beyond `limit`, so that an enormous message costs no more than a large one.
 */
export function messageBytes(message: unknown, limit: number): number {
  let bytes = 0
  const seen = new Set<object>()
  const stack: unknown[] = [message]
  while (stack.length > 0) {
    const value = stack.pop()
    if (typeof value === 'string') bytes += 2 * value.length
    else if (ArrayBuffer.isView(value)) bytes += value.byteLength
    else if (value instanceof ArrayBuffer) bytes += value.byteLength
    else if (typeof value === 'object' && value !== null && !seen.has(value)) {
      seen.add(value)
      for (const [key, child] of childrenOf(value)) {
        bytes += 2 * key.length
        stack.push(child)
        if (bytes + 8 * stack.length > limit) return bytes + 8 * stack.length
      }
    } else bytes += 8
    if (bytes > limit) return bytes
  }
  return bytes
}

/** Lazy, so that a long list is not read beyond the limit. */
function* childrenOf(value: object): Iterable<[string, unknown]> {
  if (Array.isArray(value) || value instanceof Set) for (const child of value) yield ['', child]
  else if (value instanceof Map) for (const child of value) yield ['', child]
  else yield* Object.entries(value)
}
