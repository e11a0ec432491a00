import { z } from 'zod'

/** The numbers that are allowed, as forms check and describe them. */
export interface NumberBounds {
  minimum?: number
  maximum?: number
  /** Bounds that are excluded themselves. */
  above?: number
  below?: number
  /** Whether only whole numbers are allowed. */
  integer?: boolean
}

/** The bounds of a schema of numbers, so that a form allows what the schema does. */
export function boundsOf(schema: z.ZodType<number>): NumberBounds {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = z.toJSONSchema(schema)
  const bounds: NumberBounds = { integer: type === 'integer' }
  if (minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER) bounds.minimum = minimum
  if (maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER) bounds.maximum = maximum
  if (typeof exclusiveMinimum === 'number') bounds.above = exclusiveMinimum
  if (typeof exclusiveMaximum === 'number') bounds.below = exclusiveMaximum
  return bounds
}
