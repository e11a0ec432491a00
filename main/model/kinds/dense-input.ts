/** Dense input: the dataset's numeric columns as one vector. */
import { z } from 'zod'
import type { ValueIndex } from '../plan-values.ts'
import type { NodeDefinition } from './node.ts'
import { streamingCosts } from './operation.ts'
import { columnName, nodeBase } from './schema.ts'

const schema = z.strictObject({
  ...nodeBase,
  kind: z.literal('denseInput'),
  columns: z.array(columnName).min(1).max(100000),
})
export type DenseInputNode = z.infer<typeof schema>

/** Reads the columns first .. first + width of the output from a batch's dense features. */
export interface DenseInputOperation {
  kind: 'denseInput'
  first: number
  output: ValueIndex
}

export const denseInput: NodeDefinition<DenseInputNode, DenseInputOperation> = {
  kind: 'denseInput',
  schema,
  label: 'Dense input',
  sentence: 'The dataset’s numeric columns as one vector.',
  computes: 'dense columns side by side',
  widthInWords: 'the number of columns',
  searchWords: 'numeric features continuous',
  group: 'input',
  idStem: 'dense',
  fields: [
    {
      path: 'columns',
      name: 'Columns',
      hint: 'Numeric columns, in this order.',
      control: 'columns',
      of: 'dense',
      own: true,
    },
  ],
  detail: ({ columns }, { counted }) => counted(columns.length, 'column'),
  paperLabel: () => 'Dense features',
  ports: [],
  columns: { field: 'columns', role: 'dense' },
  initialSettings: ({ columns }) => ({ columns: columns?.dense.length ? [...columns.dense] : ['column'] }),
  width: ({ columns }) => columns.length,
  operations: {
    denseInput: {
      reads: [],
      parameters: [],
      category: 'other',
      costs: (_, size) => streamingCosts({ forward: 0, training: 0 }, size),
    },
  },
  lower: (builder, { id, columns }, _, width) =>
    builder.add<DenseInputOperation>(id, id, width, {
      kind: 'denseInput',
      first: builder.denseOffset(columns),
    }),
}
