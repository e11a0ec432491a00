import { z } from 'zod'
import type { ImportSpec } from '../../native/index.ts'
import type { DatasetManifest } from '../contract/manifest.ts'

/** How the files of a dataset were laid out, so that further ones can be read in the same way. */
const sourceLayout = z.object({
  delimiter: z.string(),
  quotes: z.boolean(),
  header: z.boolean(),
  /** Names in file order, ignored columns included. */
  columns: z.array(z.string()),
})
export type SourceLayout = z.infer<typeof sourceLayout>

/** The specification with its files' layout in the provenance. */
export function withSourceLayout(spec: ImportSpec): ImportSpec {
  const { delimiter, quotes, header, columns } = spec
  const layout: SourceLayout = { delimiter, quotes, header, columns: columns.map(({ name }) => name) }
  return { ...spec, provenance: { ...spec.provenance, layout } }
}

/** null where an earlier version made the dataset. */
export function sourceLayoutOf(manifest: DatasetManifest): SourceLayout | null {
  return sourceLayout.safeParse(manifest.provenance.layout).data ?? null
}
