/** The fields of each kind of split as plain data. */
import { moduloSplit, ratioSplit } from '../../../../main/contract/datasets.ts'
import { boundsOf } from '../../../../main/model/number-bounds.ts'
import type { FormField } from '../../../ui/form-field.ts'
import type { SplitDraft, SplitKind } from './split-draft.ts'

type SplitField = FormField & { path: keyof SplitDraft }

/** `columns` are the names of the file's columns, and `times` of those that can be sorted by time. */
export function splitFields(
  kind: SplitKind,
  columns: readonly string[],
  times: readonly string[],
): SplitField[] {
  switch (kind) {
    case 'modulo':
      return moduloFields
    case 'column':
      return [
        {
          path: 'valueColumn',
          name: 'Column',
          label: 'Split column',
          control: 'choice',
          options: columnOptions(columns),
          testId: 'split-column-name',
        },
        ...valueFields,
      ]
    case 'time':
      return [
        {
          path: 'timeColumn',
          name: 'Time column',
          control: 'choice',
          options: columnOptions(times),
          testId: 'split-time-column',
        },
        ...shareFields,
      ]
    case 'user':
      return [userField(columns), ...shareFields, seedField]
    case 'leaveOneOut':
      return [
        userField(columns),
        {
          path: 'orderColumn',
          name: 'Last by',
          label: 'Column of times by which rows are sorted',
          control: 'choice',
          options: [
            { value: '', text: 'Order in the files' },
            ...times.map((name) => ({ value: name, text: name })),
          ],
          testId: 'split-order-column',
        },
      ]
    case 'files':
      return []
    case 'ratio':
      return [...shareFields, seedField]
    case 'tail':
      return shareFields
  }
}

const userField = (columns: readonly string[]): SplitField => ({
  path: 'userColumn',
  name: 'User column',
  control: 'choice',
  options: columnOptions(columns),
  testId: 'split-user-column',
})

const columnOptions = (columns: readonly string[]) => [
  { value: '', text: 'Choose a column…', disabled: true },
  ...columns.map((name) => ({ value: name, text: name })),
]

const moduloFields: SplitField[] = [
  {
    path: 'modulus',
    name: 'Modulus n',
    label: 'Modulus',
    hint: 'Row i, counted from 0, is assigned by i mod n.',
    control: 'number',
    limits: boundsOf(moduloSplit.shape.modulus),
  },
  {
    path: 'validationRemainders',
    name: 'Validation where the rest is',
    label: 'Validation remainders',
    control: 'text',
  },
  { path: 'testRemainders', name: 'Test where the rest is', label: 'Test remainders', control: 'text' },
]

const valueFields: SplitField[] = [
  { path: 'trainValues', name: 'Training values', hint: 'Separated by commas.', control: 'text' },
  { path: 'validationValues', name: 'Validation values', control: 'text' },
  { path: 'testValues', name: 'Test values', control: 'text' },
]

const share = { control: 'number', limits: { minimum: 0, maximum: 99 }, unit: '%' } as const
const shareFields: SplitField[] = [
  { path: 'validationPercent', name: 'Validation', label: 'Validation share in per cent', ...share },
  { path: 'testPercent', name: 'Test', label: 'Test share in per cent', ...share },
]

const seedField: SplitField = {
  path: 'seed',
  name: 'Seed',
  label: 'Seed of the split',
  control: 'number',
  limits: boundsOf(ratioSplit.shape.seed),
}
