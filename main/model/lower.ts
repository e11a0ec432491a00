/** One node of a checked document as plan operations. */
import type { ModelNode } from './document.ts'
import { zeros } from './initializers.ts'
import { lowerCombination, lowerCross, lowerMlp } from './lower-dense.ts'
import { lowerEmbedding, lowerLinearTerm } from './lower-tables.ts'
import type { PlanBuilder } from './plan-builder.ts'
import type { ValueIndex } from './plan-types.ts'
import { outputWidth } from './widths.ts'

/**
 * Adds a node's parameters and operations to the plan. `inputs` are its sources' values in the order of ports and
 * sources. The node must be free of errors. Returns the value it gives; a loss gives its prediction.
 */
export function lowerNode(builder: PlanBuilder, node: ModelNode, inputs: ValueIndex[]): ValueIndex {
  const widths = inputs.map((input) => builder.values[input]?.width ?? 0)
  const width = outputWidth(node, widths)
  const [first = -1] = inputs
  switch (node.kind) {
    case 'denseInput': {
      const operation = { kind: 'denseInput', first: builder.denseOffset(node.columns) } as const
      return builder.add(node.id, node.id, width, operation)
    }
    case 'embedding':
      return lowerEmbedding(builder, node)
    case 'linearTerm':
      return lowerLinearTerm(builder, node, inputs[0], widths[0] ?? 0)
    case 'mlp':
      return lowerMlp(builder, node, first)
    case 'cross':
      return lowerCross(builder, node, first)
    case 'dotInteraction':
    case 'concat':
    case 'sum':
    case 'factorizationMachine':
      return lowerCombination(builder, node, inputs, width)
    case 'bias': {
      const bias = builder.weight(`${node.id}.bias`, [1], zeros)
      return builder.add(node.id, node.id, width, { kind: 'bias', input: first, bias })
    }
    case 'activation': {
      const operation = { kind: 'activation', input: first, activation: node.activation } as const
      return builder.add(node.id, node.id, width, operation)
    }
    case 'loss':
      return first
  }
}
