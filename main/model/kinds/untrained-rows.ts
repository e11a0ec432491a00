/**
 * What predictions read instead of those rows of a table that training never reached, such as the rows of users who are
 * new in the test rows: the mean of the trained rows, zeros, or the random values with which the row was initialised.
 */
import { z } from 'zod'
import { choices, type NodeField } from './field.ts'

export const untrainedRows = z.enum(['mean', 'zero', 'initial'])
export type UntrainedRows = z.infer<typeof untrainedRows>
/** The default if a document does not say. */
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
