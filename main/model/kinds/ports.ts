/** The ports that several kinds have. */
import type { PortDefinition } from './node.ts'

/** Of kinds that combine any number of vectors. */
export const vectorsPort: PortDefinition = { name: 'vectors', minimum: 1, maximum: Infinity }
/** Of kinds that combine vectors of one width. */
export const alikeVectorsPort: PortDefinition = { ...vectorsPort, sameWidth: true }
/** Of kinds that transform one value. */
export const inputPort: PortDefinition = { name: 'input', minimum: 1, maximum: 1 }
