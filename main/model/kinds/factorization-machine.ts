/** Factorization machine: the sum of the dot products of all pairs of vectors (Rendle 2010). */
import { z } from 'zod'
import type { ValueIndex } from '../plan-values.ts'
import type { NodeDefinition } from './node.ts'
import { streamingCosts } from './operation.ts'
import { equalWidthVectorsPort } from './ports.ts'
import { nodeBase, onlyPort } from './schema.ts'

const schema = z.strictObject({
  ...nodeBase,
  kind: z.literal('factorizationMachine'),
  inputs: onlyPort('vectors'),
})
export type FactorizationMachineNode = z.infer<typeof schema>

/** Rendle 2010: ½ Σ_d ((Σ_k v)² − Σ_k v²). The output has width 1. */
export interface FactorizationMachineOperation {
  kind: 'factorizationMachine'
  inputs: ValueIndex[]
  output: ValueIndex
}

export const factorizationMachine: NodeDefinition<FactorizationMachineNode, FactorizationMachineOperation> = {
  kind: 'factorizationMachine',
  schema,
  label: 'Factorization machine',
  sentence: 'Sum of the dot products of all pairs of vectors.',
  computes: 'the sum of all pairs’ dot products',
  widthInWords: '1',
  searchWords: 'fm deepfm second order',
  group: 'interaction',
  idStem: 'fm',
  fields: [],
  detail: ({ inputs }, { counted }) => counted(inputs.vectors.length, 'input'),
  paperLabel: () => 'FM',
  ports: [equalWidthVectorsPort],
  initialSettings: () => ({ inputs: { vectors: [] } }),
  width: () => 1,
  operations: {
    factorizationMachine: {
      reads: ['inputs'],
      parameters: [],
      category: 'interaction',
      costs: (_, size) => streamingCosts({ forward: 4 * size.read, training: 7 * size.read }, size),
    },
  },
  lower: (builder, { id }, inputs, width) =>
    builder.add<FactorizationMachineOperation>(id, id, width, { kind: 'factorizationMachine', inputs }),
}
