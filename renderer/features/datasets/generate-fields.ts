/** The fields of generated data as plain data. */
import { gaussianIndices, generateRequest, sampleOptions } from '../../../main/contract/datasets.ts'
import { boundsOf } from '../../../main/model/number-bounds.ts'
import type { FormField } from '../../ui/form-field.ts'

const { shape } = generateRequest

export const shapeFields: readonly FormField[] = [
  { path: 'name', name: 'Name', control: 'text', maxLength: 100 },
  { path: 'rows', name: 'Rows', control: 'number', limits: boundsOf(shape.rows) },
  { path: 'denseColumns', name: 'Dense columns', control: 'number', limits: boundsOf(shape.denseColumns) },
  { path: 'seed', name: 'Seed', control: 'number', limits: boundsOf(shape.seed) },
]

export const tablesField: FormField = {
  path: 'tables',
  name: 'Rows of each table',
  hint: 'One number per table, separated by dashes.',
  control: 'text',
}

export const indexFields: readonly FormField[] = [
  {
    path: 'kind',
    name: 'Indices',
    control: 'choice',
    options: [
      { value: 'uniform', text: 'Uniform' },
      { value: 'gaussian', text: 'Gaussian' },
      { value: 'trace', text: 'From a trace (stack distances)' },
    ],
    testId: 'generate-distribution',
  },
  {
    path: 'indicesPerLookup',
    name: 'Indices per lookup',
    hint: 'The maximum. More than one makes multi-hot bags.',
    control: 'number',
    limits: boundsOf(shape.indicesPerLookup),
  },
]

const gaussian = gaussianIndices.shape

export const gaussianFields: readonly FormField[] = [
  { path: 'minimum', name: 'Smallest index', control: 'number', limits: boundsOf(gaussian.minimum) },
  { path: 'maximum', name: 'Largest index', control: 'number', limits: boundsOf(gaussian.maximum) },
  { path: 'mean', name: 'Mean', control: 'number', limits: boundsOf(gaussian.mean) },
  { path: 'deviation', name: 'Standard deviation', control: 'number', limits: boundsOf(gaussian.deviation) },
]

const sample = sampleOptions.shape

/** `size` says how much room the rows take on disk. */
export const sampleFields = (size: string): FormField[] => [
  {
    path: 'rows',
    name: 'Rows',
    hint: `About ${size} on disk`,
    control: 'number',
    limits: boundsOf(sample.rows.unwrap()),
  },
  { path: 'seed', name: 'Seed', control: 'number', limits: boundsOf(sample.seed.unwrap()) },
]
