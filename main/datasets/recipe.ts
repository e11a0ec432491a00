import { StudioError } from '../contract/errors.ts'
import { importSchema, type ImportRequest, type ImportSchema } from '../contract/datasets.ts'
import type { DatasetManifest } from '../contract/manifest.ts'
import { withRemedies, type Remedy } from '../contract/remedies.ts'

/** How a dataset was imported: a schema that gives the same dataset again. Throws Unsupported if it is not known. */
export function recipeOf({ name, provenance }: DatasetManifest): ImportSchema {
  const recipe = importSchema.safeParse(provenance.recipe)
  if (recipe.success) return recipe.data
  throw new StudioError(
    'Unsupported',
    `${name} has no recipe: it was not imported from files, or by an earlier version. Import its files anew.`,
    { field: 'id' },
  )
}

/** The import of a dataset's files under another name, with remedies for what was rejected. */
export function importAgain(
  manifest: DatasetManifest,
  name: string,
  remedies: readonly Remedy[],
): ImportRequest {
  const request: ImportRequest = {
    name,
    parent: manifest.name,
    files: manifest.sources.map(({ path }) => path),
    format: 'auto',
    schema: recipeOf(manifest),
    // As many rows were rejected before, so this import is not refused for them.
    maxRejected: 1,
  }
  return withRemedies(request, remedies)
}
