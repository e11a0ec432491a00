import { minimumOf } from './extremes.ts'

/**
 * Ginart et al. 2019: popular tables narrow with a power of their size, so that parameters are spent where they help.
 */

/**
 * The width of each table: base · (smallest / rows)^temperature, at least 1, with the smallest table at the base.
 * roundToPowers takes the nearest power of two in the exponent.
 */
export function mixedDimensions(
  rows: number[],
  base: number,
  temperature: number,
  roundToPowers: boolean,
): number[] {
  const smallest = minimumOf(rows)
  return rows.map((count) => {
    const width = Math.max(1, roundHalfEven(base * (smallest / count) ** temperature))
    return roundToPowers ? 2 ** roundHalfEven(Math.log2(width)) : width
  })
}

/** Rounds to the nearest integer, and halves to the even one, as NumPy and PyTorch do. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const fraction = value - floor
  if (fraction !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}
