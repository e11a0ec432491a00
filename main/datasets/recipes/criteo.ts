import type { ColumnChoice } from '../../contract/datasets.ts'
import { criteoColumns } from '../sniffing/criteo.ts'
import { byName, type Recipe } from './recipe.ts'

const needs = "Criteo's columns: the label, I1 to I13 and C1 to C26"
const split = { kind: 'tail', validation: 0.1, test: 0.1 } as const

export const criteoKaggle: Recipe = {
  columns: ({ names }) => byName(names, criteoColumns()),
  split,
  needs,
}

/** As FuxiCTR's configuration of Criteo_x4 has it: min_categr_count 10, and convert_to_bucket of the integers. */
export const criteoX4: Recipe = {
  columns: ({ names }) => byName(names, criteoColumns().map(categorical)),
  split,
  needs,
}

function categorical(choice: ColumnChoice): ColumnChoice {
  if (choice.role === 'label') return choice
  const encoding = { kind: 'vocabulary', minimumCount: 10 } as const
  const common = { name: choice.name, role: 'sparse', encoding, missing: 'category' } as const
  return choice.role === 'dense' ? { ...common, bucket: 'logSquared' } : common
}
