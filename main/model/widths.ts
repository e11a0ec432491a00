/** The width of each node's output from its inputs' widths. */
import type { ModelNode } from './document.ts'

/** `inputs` are the sources' widths in order. Meaningful only where checkWidths finds nothing. */
export function outputWidth(node: ModelNode, inputs: number[]): number {
  const [first = 0] = inputs
  switch (node.kind) {
    case 'denseInput':
      return node.columns.length
    case 'embedding':
      return node.dimension
    case 'mlp':
      return node.widths.at(-1) ?? 0
    case 'dotInteraction': {
      const count = inputs.length
      const pairs = (count * (node.includeSelf ? count + 1 : count - 1)) / 2
      return pairs + (node.keepFirst ? first : 0)
    }
    case 'concat':
      return inputs.reduce((total, width) => total + width, 0)
    case 'factorizationMachine':
    case 'linearTerm':
    case 'loss':
      return 1
    case 'sum':
    case 'cross':
    case 'bias':
    case 'activation':
      return first
  }
}

/** A value wider than this would make matrices that no machine holds. */
export const MAX_WIDTH = 2 ** 22
