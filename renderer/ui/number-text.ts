export interface NumberLimits {
  minimum?: number
  maximum?: number
  /** Whole numbers only. */
  integer?: boolean
}

/** Reads a number as people type it (1e-3, 2,048 without its comma); tells what is wrong with it otherwise. */
export function parseNumber(text: string, limits: NumberLimits): { value: number } | { problem: string } {
  const value = Number(text.trim())
  if (text.trim() === '' || !Number.isFinite(value)) return { problem: 'Enter a number, e.g. 0.003 or 1e-3.' }
  if (limits.integer && !Number.isInteger(value)) return { problem: 'Enter a whole number.' }
  const { minimum, maximum } = limits
  if (minimum !== undefined && value < minimum) return { problem: `Enter ${minimum} or more.` }
  if (maximum !== undefined && value > maximum) return { problem: `Enter ${maximum} or less.` }
  return { value }
}
