import type { ColumnChoice } from '../../contract/datasets.ts'
import { StudioError } from '../../contract/errors.ts'
import { recipeTexts, type RecipeName } from '../../contract/recipes.ts'
import type { Layout } from '../sniffing/layout.ts'
import { criteoKaggle, criteoX4 } from './criteo.ts'
import { avazu, frappe, movielens, recbole } from './others.ts'
import type { Recipe } from './recipe.ts'

export const recipes: Record<RecipeName, Recipe> = {
  'criteo-kaggle': criteoKaggle,
  'criteo-x4': criteoX4,
  avazu,
  movielens,
  frappe,
  recbole,
}

/** The columns of a file as a recipe has them. Throws InvalidArgument if the file is not of that kind. */
export function recipeColumns(name: RecipeName, layout: Layout): ColumnChoice[] {
  const { columns, needs } = recipes[name]
  const found = columns(layout)
  if (found) return found
  throw new StudioError(
    'InvalidArgument',
    `${layout.file}: the recipe ${recipeTexts[name].title} needs ${needs}, but the file has ` +
      `${layout.names.slice(0, 12).join(', ')}${layout.names.length > 12 ? ', …' : ''}. Choose another recipe or none.`,
    { file: layout.file, field: 'recipe' },
  )
}
