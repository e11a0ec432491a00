/** Dense nodes as plan operations. */
import type { ModelNode } from './document.ts'
import { biasInitializer, weightInitializer, zeros } from './initializers.ts'
import type { PlanBuilder } from './plan-builder.ts'
import type { Activation, ValueIndex } from './plan-types.ts'

type NodeOf<Kind extends ModelNode['kind']> = Extract<ModelNode, { kind: Kind }>

/** Layer k has the parameters `<id>.<2k>.weight` and `.bias`, as a sequence of layers and activations numbers them. */
export function lowerMlp(builder: PlanBuilder, node: NodeOf<'mlp'>, input: ValueIndex): ValueIndex {
  let value = input
  node.widths.forEach((width, layer) => {
    const last = layer === node.widths.length - 1
    const name = `${node.id}.${2 * layer}`
    value = lowerLayer(builder, node.id, name, value, width, {
      activation: last ? node.outputActivation : node.activation,
      bias: node.bias,
      valueName: last ? node.id : name,
    })
    if (node.dropout > 0 && !last) {
      const operation = { kind: 'dropout', input: value, rate: node.dropout } as const
      value = builder.add(node.id, `${name}.dropout`, width, operation)
    }
  })
  return value
}

interface LayerOptions {
  activation: Activation
  bias: boolean
  valueName: string
}

function lowerLayer(
  builder: PlanBuilder,
  node: string,
  name: string,
  input: ValueIndex,
  output: number,
  options: LayerOptions,
): ValueIndex {
  const inputWidth = builder.values[input]?.width ?? 0
  const weight = builder.weight(`${name}.weight`, [output, inputWidth], weightInitializer(output, inputWidth))
  const bias = options.bias ? builder.weight(`${name}.bias`, [output], biasInitializer(output)) : null
  const operation = { kind: 'linear', input, weight, bias, activation: options.activation } as const
  return builder.add(node, options.valueName, output, operation)
}

export function lowerCross(builder: PlanBuilder, node: NodeOf<'cross'>, x0: ValueIndex): ValueIndex {
  const width = builder.values[x0]?.width ?? 0
  let x = x0
  for (let layer = 0; layer < node.layers; layer++) {
    const name = `${node.id}.${layer}`
    const valueName = layer === node.layers - 1 ? node.id : name
    if (node.version === 'v1') {
      const weight = builder.weight(`${name}.weight`, [width], weightInitializer(1, width))
      const bias = builder.weight(`${name}.bias`, [width], zeros)
      x = builder.add(node.id, valueName, width, { kind: 'crossV1', x0, x, weight, bias })
    } else {
      const projected = lowerProjection(builder, node, name, x, width)
      x = builder.add(node.id, valueName, width, { kind: 'crossV2', x0, x, projected })
    }
  }
  return x
}

/** W x + b, or with low rank U (V x) + b. */
function lowerProjection(
  builder: PlanBuilder,
  node: NodeOf<'cross'>,
  name: string,
  x: ValueIndex,
  width: number,
): ValueIndex {
  const linear = (part: string, input: ValueIndex, output: number, biased: boolean) => {
    const inputWidth = builder.values[input]?.width ?? 0
    const initial = weightInitializer(output, inputWidth)
    const weight = builder.weight(`${part}.weight`, [output, inputWidth], initial)
    const bias = biased ? builder.weight(`${name}.bias`, [output], zeros) : null
    const operation = { kind: 'linear', input, weight, bias, activation: 'none' } as const
    return builder.add(node.id, `${part}.projected`, output, operation)
  }
  if (node.version === 'v2') return linear(name, x, width, true)
  const low = linear(`${name}.v`, x, node.rank ?? 1, false)
  return linear(`${name}.u`, low, width, true)
}

/** Combining nodes of one operation. */
export function lowerCombination(
  builder: PlanBuilder,
  node: NodeOf<'dotInteraction' | 'concat' | 'sum' | 'factorizationMachine'>,
  inputs: ValueIndex[],
  width: number,
): ValueIndex {
  if (node.kind === 'dotInteraction') {
    const { includeSelf, keepFirst } = node
    return builder.add(node.id, node.id, width, { kind: 'dot', inputs, includeSelf, keepFirst })
  }
  return builder.add(node.id, node.id, width, { kind: node.kind, inputs })
}
