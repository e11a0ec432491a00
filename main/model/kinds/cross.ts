/** Cross layers: explicit feature crosses (Wang et al. 2017 and 2021). */
import { z } from 'zod'
import { weightInitializer, zeros } from '../initializers.ts'
import type { ParameterIndex, ValueIndex } from '../plan-values.ts'
import { choices } from './field.ts'
import type { LinearOperation } from './mlp.ts'
import type { Lowering, NodeDefinition } from './node.ts'
import { streamingCosts } from './operation.ts'
import { inputPort } from './ports.ts'
import { nodeBase, onlyPort, width, WIDTH_BOUNDS } from './schema.ts'

const schema = z.strictObject({
  ...nodeBase,
  kind: z.literal('cross'),
  inputs: onlyPort('input'),
  version: z.enum(['v1', 'v2', 'v2LowRank']),
  layers: z.int().min(1).max(100),
  /** Only for v2LowRank. */
  rank: width.optional(),
})
export type CrossNode = z.infer<typeof schema>

/** Wang et al. 2017: x0 * (x · weight) + bias + x; weight [width], bias [width]. */
export interface CrossV1Operation {
  kind: 'crossV1'
  x0: ValueIndex
  x: ValueIndex
  weight: ParameterIndex
  bias: ParameterIndex
  output: ValueIndex
}

/** Wang et al. 2021: x0 ⊙ projected + x, where projected = W x + b (or U V x + b) comes from linear operations. */
export interface CrossV2Operation {
  kind: 'crossV2'
  x0: ValueIndex
  x: ValueIndex
  projected: ValueIndex
  output: ValueIndex
}

const versionNames = { v1: 'vector weights', v2: 'matrix weights', v2LowRank: 'low rank' }

export const cross: NodeDefinition<CrossNode, CrossV1Operation | CrossV2Operation> = {
  kind: 'cross',
  schema,
  label: 'Cross layers',
  sentence: 'Explicit feature crosses, as in DCN and DCNv2.',
  computes: 'cross layers of version v1, v2, or v2LowRank with its rank',
  widthInWords: 'that of its input',
  searchWords: 'dcn dcnv2 deep cross network low rank layers multiplies',
  group: 'layers',
  idStem: 'cross',
  fields: [
    {
      path: 'version',
      name: 'Version',
      hint: 'Weights of each layer: a vector (DCN), a matrix (DCNv2) or a low-rank matrix.',
      control: 'choice',
      options: choices({ v1: 'v1, vector', v2: 'v2, matrix', v2LowRank: 'v2, low-rank matrix' }),
    },
    {
      path: 'layers',
      name: 'Layers',
      hint: 'Number of cross layers.',
      control: 'number',
      limits: { integer: true, minimum: 1, maximum: 100 },
    },
    {
      path: 'rank',
      name: 'Rank',
      hint: 'Rank of each layer’s weight matrix.',
      when: { path: 'version', is: 'v2LowRank' },
      control: 'number',
      limits: WIDTH_BOUNDS,
    },
  ],
  corrections: { rank: { text: 'Set the rank to 32', path: 'rank', to: 32 } },
  detail: ({ layers, version, rank }, { counted }) =>
    `${counted(layers, 'layer')}, ${versionNames[version]}${rank ? ` ${rank}` : ''}`,
  ports: [inputPort],
  initialSettings: () => ({ inputs: { input: [] }, version: 'v2', layers: 3 }),
  completeSettings({ rank = 32, ...rest }) {
    return rest.version === 'v2LowRank' ? { ...rest, rank } : rest
  },
  width: (_, [first = 0]) => first,
  checkInputs({ version, rank }, _, problems) {
    if (version === 'v2LowRank' && rank === undefined)
      problems.error('rank', 'A low-rank cross layer needs a rank: set it, e.g. to 32.')
  },
  unusedSettings: ({ version, rank }) =>
    rank !== undefined && version !== 'v2LowRank'
      ? [['rank', `only the version v2LowRank has a rank, but this one is ${version}`]]
      : [],
  operations: {
    crossV1: {
      reads: ['x0', 'x'],
      parameters: ['weight', 'bias'],
      category: 'interaction',
      costs: (_, size) => streamingCosts({ forward: 5 * size.output, training: 15 * size.output }, size),
    },
    crossV2: { reads: ['x0', 'x', 'projected'], parameters: [], category: 'interaction', leadsNode: true },
  },
  lower: lowerCross,
}

function lowerCross(builder: Lowering, node: CrossNode, [x0 = -1]: ValueIndex[], width: number): ValueIndex {
  let x = x0
  for (let layer = 0; layer < node.layers; layer++) {
    const name = `${node.id}.${layer}`
    const valueName = layer === node.layers - 1 ? node.id : name
    if (node.version === 'v1') {
      const weight = builder.weight(`${name}.weight`, [width], weightInitializer(1, width))
      const bias = builder.weight(`${name}.bias`, [width], zeros)
      x = builder.add<CrossV1Operation>(node.id, valueName, width, { kind: 'crossV1', x0, x, weight, bias })
    } else {
      const projected = lowerProjection(builder, node, name, x, width)
      x = builder.add<CrossV2Operation>(node.id, valueName, width, { kind: 'crossV2', x0, x, projected })
    }
  }
  return x
}

/** W x + b, or with low rank U (V x) + b. */
function lowerProjection(
  builder: Lowering,
  node: CrossNode,
  name: string,
  x: ValueIndex,
  width: number,
): ValueIndex {
  const linear = (name: string, input: ValueIndex, output: number, biased: boolean) => {
    const inputs = builder.widthOf(input)
    const weight = builder.weight(`${name}.weight`, [output, inputs], weightInitializer(output, inputs))
    const bias = biased ? builder.weight(`${name}.bias`, [output], zeros) : null
    return builder.add<LinearOperation>(node.id, `${name}.projected`, output, {
      kind: 'linear',
      input,
      weight,
      bias,
      activation: 'none',
    })
  }
  if (node.version === 'v2') return linear(name, x, width, true)
  const low = linear(`${name}.v`, x, node.rank ?? 1, false)
  return linear(`${name}.u`, low, width, true)
}
