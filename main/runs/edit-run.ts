import type { StudioDatabase } from '../../db/index.ts'

export interface RunEdit {
  id: string
  name?: string
  notes?: string
  /** Replaces all tags. */
  tags?: string[]
}

/** Changes what the user may change on a run, living or ended; fields left out stay. Throws NotFound. */
export function editRun(database: StudioDatabase, { id, name, notes, tags }: RunEdit): void {
  database.transaction(() => {
    database.runs.patch(id, { name, notes })
    if (tags) database.tags.replace(id, tags)
  })
}
