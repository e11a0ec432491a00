/** Schemas that several kinds of nodes share. */
import { z } from 'zod'
import type { NumberBounds } from '../number-bounds.ts'

/** The maximum number of nodes of a document, and of sources of a port. */
export const MAX_NODES = 5000
export const MAX_ID_LENGTH = 200
/** Of models, runs and versions, in characters. */
export const MAX_NAME_LENGTH = 200
/** In characters. Longer names come from files that are not tables, or from an attacker. */
export const MAX_COLUMN_NAME = 500
export const MAX_LABEL_LENGTH = 500

export const ROW_BOUNDS = { integer: true, minimum: 1, maximum: 2 ** 31 } as const satisfies NumberBounds
export const WIDTH_BOUNDS = { integer: true, minimum: 1, maximum: 65_536 } as const satisfies NumberBounds

export const nodeId = z
  .string()
  .min(1)
  .max(MAX_ID_LENGTH)
  .regex(/^[A-Za-z0-9_.:-]+$/, 'an id has letters, digits, and _ . : - only')
export const columnName = z.string().min(1).max(MAX_COLUMN_NAME)
export const width = z.int().min(WIDTH_BOUNDS.minimum).max(WIDTH_BOUNDS.maximum)
export const rows = z.int().min(ROW_BOUNDS.minimum).max(ROW_BOUNDS.maximum)

/** Ids of the nodes that a port reads, in order. */
export const sources = z.array(nodeId).max(MAX_NODES)

/** The inputs of a node that has one port. */
export const onlyPort = <Name extends string>(name: Name) =>
  z.strictObject({ [name]: sources } as Record<Name, typeof sources>)

/** The fields that every node has. */
export const nodeBase = {
  id: nodeId,
  /** The text in the drawing; the id if absent. */
  label: z.string().max(MAX_LABEL_LENGTH).optional(),
  /** The position on the canvas in pixels; laid out automatically if absent. */
  position: z.strictObject({ x: z.number(), y: z.number() }).optional(),
}
