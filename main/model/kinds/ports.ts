/** The ports that several kinds have. */
import type { PortDefinition } from './node.ts'

/** The port of kinds that combine any number of vectors. */
export const vectorsPort: PortDefinition = { name: 'vectors', minimum: 1, maximum: Infinity }
/** The port of kinds that combine vectors of the same width. */
export const equalWidthVectorsPort: PortDefinition = { ...vectorsPort, sameWidth: true }
/** The port of kinds that transform one value. */
export const inputPort: PortDefinition = { name: 'input', minimum: 1, maximum: 1 }
