import { setImmediate as otherWork } from 'node:timers/promises'

const DIGITS = 1 << 16
/** The number of elements that are handled before other work gets its turn, which take a few milliseconds at most. */
export const CHUNK = 1 << 15

/**
 * The indices of finite values from the smallest to the largest, with equal ones in their order. A radix sort over the
 * floats' bits, in chunks, so that ten million test rows do not block the process.
 */
export async function ascendingOrder(values: Float32Array): Promise<Uint32Array> {
  const keys = new Uint32Array(values.length)
  const bits = new Int32Array(1)
  const float = new Float32Array(bits.buffer)
  let order = new Uint32Array(values.length)
  await inChunks(values.length, (index) => {
    // Adding zero makes -0 equal to 0. Flipping makes the bits' order as unsigned numbers the floats' order.
    float[0] = values[index]! + 0
    const pattern = bits[0]!
    keys[index] = pattern < 0 ? ~pattern : pattern ^ 0x80000000
    order[index] = index
  })
  for (const shift of [0, 16]) order = await sortByDigit(keys, order, shift)
  return order
}

/** A stable counting sort by 16 bits of the keys. */
async function sortByDigit(
  keys: Uint32Array,
  order: Uint32Array,
  shift: number,
): Promise<Uint32Array<ArrayBuffer>> {
  const next = new Uint32Array(DIGITS)
  await inChunks(keys.length, (index) => {
    next[(keys[index]! >>> shift) & (DIGITS - 1)]!++
  })
  let start = 0
  for (let digit = 0; digit < DIGITS; digit++) {
    const count = next[digit]!
    next[digit] = start
    start += count
  }
  const sorted = new Uint32Array(order.length)
  await inChunks(order.length, (position) => {
    const index = order[position]!
    sorted[next[(keys[index]! >>> shift) & (DIGITS - 1)]!++] = index
  })
  return sorted
}

/** Calls `visit` for 0 .. count - 1 and lets other work run between chunks. */
export async function inChunks(count: number, visit: (index: number) => void): Promise<void> {
  for (let start = 0; start < count; start += CHUNK) {
    const end = Math.min(start + CHUNK, count)
    for (let index = start; index < end; index++) visit(index)
    if (end < count) await otherWork()
  }
}
