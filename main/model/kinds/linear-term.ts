/** Linear term: one learned weight for each value of each column, and for each dense feature; width 1, no bias. */
import { z } from 'zod'
import { zeros } from '../initializers.ts'
import type { ValueIndex } from '../plan-values.ts'
import type { EmbeddingBagOperation } from './embedding-lowering.ts'
import type { LinearOperation } from './mlp.ts'
import type { Lowering, NodeDefinition } from './node.ts'
import { columnName, nodeBase, sources } from './schema.ts'
import type { SumOperation } from './sum.ts'
import { untrainedRows, untrainedRowsField } from './untrained-rows.ts'

const schema = z.strictObject({
  ...nodeBase,
  kind: z.literal('linearTerm'),
  inputs: z.strictObject({ dense: sources.max(1).optional() }),
  columns: z.array(columnName).max(100000),
  untrainedRows: untrainedRows.optional(),
})
export type LinearTermNode = z.infer<typeof schema>

export const linearTerm: NodeDefinition<LinearTermNode> = {
  kind: 'linearTerm',
  schema,
  label: 'Linear term',
  sentence: 'First-order term: a learned weight per value or dense feature, summed.',
  computes: 'the sum of one weight for each value of each of its columns, and of one for each dense feature',
  widthInWords: '1',
  searchWords: 'wide first order fm logistic',
  group: 'table',
  idStem: 'linear',
  fields: [
    {
      path: 'columns',
      name: 'Columns',
      hint: 'Each value of these columns gets a learned weight.',
      control: 'columns',
      of: 'sparse',
      own: true,
    },
    untrainedRowsField,
  ],
  detail: ({ columns }, { counted }) => counted(columns.length, 'column'),
  ports: [{ name: 'dense', minimum: 0, maximum: 1 }],
  columns: { field: 'columns', role: 'sparse' },
  initialSettings: ({ columns }) => ({
    inputs: {},
    columns: columns?.sparse.map(({ name }) => name) ?? [],
  }),
  width: () => 1,
  checkSettings({ columns, inputs }, problems) {
    if (columns.length === 0 && !inputs.dense?.length)
      problems.error('columns', 'This term has no columns and no dense input: choose at least one.')
  },
  operations: {},
  lower: lowerLinearTerm,
}

/** All weights start at zero. */
function lowerLinearTerm(
  builder: Lowering,
  node: LinearTermNode,
  [dense]: (ValueIndex | undefined)[],
): ValueIndex {
  const count = node.columns.length + (dense === undefined ? 0 : 1)
  const nameOf = (suffix: string) => (count === 1 ? node.id : `${node.id}.${suffix}`)
  const terms = node.columns.map((name) => {
    const { columnIndex, cardinality } = builder.sparseColumn(name)
    const shape = [cardinality, 1]
    const table = builder.table(
      columnIndex,
      `${node.id}.columns.${name}.weight`,
      shape,
      zeros,
      node.untrainedRows,
    )
    return builder.add<EmbeddingBagOperation>(node.id, nameOf(`columns.${name}`), 1, {
      kind: 'embeddingBag',
      column: columnIndex,
      table,
      rowWeights: null,
      pooling: 'sum',
      indexMap: { kind: 'identity' },
    })
  })
  if (dense !== undefined) {
    const weight = builder.weight(`${node.id}.dense.weight`, [1, builder.widthOf(dense)], zeros)
    const layer = { kind: 'linear', input: dense, weight, bias: null, activation: 'none' } as const
    terms.push(builder.add<LinearOperation>(node.id, nameOf('dense'), 1, layer))
  }
  const [only] = terms
  if (terms.length === 1 && only !== undefined) return only
  return builder.add<SumOperation>(node.id, node.id, 1, { kind: 'sum', inputs: terms })
}
