import type { StudioDatabase } from '../../db/index.ts'

export interface RunEdit {
  id: string
  name?: string
  notes?: string
  /** Replaces all tags. */
  tags?: string[]
}

/**
 * Changes the fields of a live or ended run that the user may change. Fields that are left out stay. Throws NotFound.
 */
export function editRun(database: StudioDatabase, { id, name, notes, tags }: RunEdit): void {
  database.transaction(() => {
    database.runs.patch(id, { name, notes })
    if (tags) database.tags.replace(id, tags)
  })
}
