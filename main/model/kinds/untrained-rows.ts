/**
 * What predictions read in place of a table's rows that training never reached, such as those of users who are new in
 * the test rows: the mean of the trained rows, zeros, or the random values that the row was initialised with.
 */
import { z } from 'zod'
import { choices, type NodeField } from './field.ts'

export const untrainedRows = z.enum(['mean', 'zero', 'initial'])
export type UntrainedRows = z.infer<typeof untrainedRows>
/** Where a document does not say. */
export const DEFAULT_UNTRAINED_ROWS: UntrainedRows = 'mean'

export const untrainedRowsChoices = choices<UntrainedRows>({
  mean: 'mean of the trained rows',
  zero: 'zeros',
  initial: 'as initialised',
})

export const untrainedRowsField: NodeField = {
  path: 'untrainedRows',
  name: 'Untrained rows',
  hint: 'What predictions read for values that training never saw.',
  absent: DEFAULT_UNTRAINED_ROWS,
  control: 'choice',
  options: untrainedRowsChoices,
}
