import type { ColumnChoice } from '../../contract/datasets.ts'
import { defaultSplit } from '../../contract/dataset-defaults.ts'
import { criteoColumns } from '../sniffing/criteo.ts'
import { byName, type Recipe } from './recipe.ts'

const needs = "Criteo's columns: the label, I1 to I13 and C1 to C26"

export const criteoKaggle: Recipe = {
  columns: ({ names }) => byName(names, criteoColumns()),
  split: defaultSplit('criteo'),
  needs,
}

/**
 * As FuxiCTR's configuration of Criteo_x4 has it: 8 : 1 : 1 at random, min_categr_count 10, and convert_to_bucket of the
 * integers, whose missing values become 0 and whose value 0 has no row of its own. Missing texts have none, either.
 */
export const criteoX4: Recipe = {
  columns: ({ names }) => byName(names, criteoColumns().map(categorical)),
  split: { kind: 'ratio', validation: 0.1, test: 0.1, seed: 2018 },
  needs,
}

function categorical(choice: ColumnChoice): ColumnChoice {
  if (choice.role === 'label') return choice
  const encoding = { kind: 'vocabulary', minimumCount: 10 } as const
  const common = { name: choice.name, role: 'sparse', encoding } as const
  return choice.role === 'dense' ? { ...common, bucket: 'logSquared', missingValues: ['0'] } : common
}
