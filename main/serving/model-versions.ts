/** Versions of saved models: those with names, and those that runs have stored. */
import type { StudioDatabase } from '../../db/index.ts'
import { MAX_LISTED_VERSIONS, type UndoState, type ModelVersion } from '../contract/models.ts'
import type { ModelDocument } from '../model/document.ts'
import { difference, isEmpty } from '../model/editing/patch.ts'

type VersionRef = Pick<ModelVersion, 'kind' | 'id'>

const MAX_SHOWN_RUNS = 50

/** Newest first. Throws NotFound. */
export function listVersions({ models, versions, runList }: StudioDatabase, id: string): ModelVersion[] {
  models.get(id)
  const named = versions
    .list(id, MAX_LISTED_VERSIONS)
    .map((row): ModelVersion => ({ kind: 'named', id: row.id, name: row.name, createdAt: row.createdAt }))
  const trained = runList
    .ofModel(id, MAX_SHOWN_RUNS)
    .map((run): ModelVersion => ({ kind: 'run', id: run.id, name: run.name, createdAt: run.createdAt }))
  return [...named, ...trained].sort((a, b) => b.createdAt.localeCompare(a.createdAt))
}

/** Throws NotFound. */
export function versionDocument({ versions, runs }: StudioDatabase, { kind, id }: VersionRef): ModelDocument {
  return kind === 'named' ? versions.get(id).document : runs.get(id).model
}

/** Throws NotFound. */
export function saveVersion({ models, versions }: StudioDatabase, id: string, name: string): ModelVersion {
  const { createdAt, ...row } = versions.add(id, name, models.get(id).document)
  return { kind: 'named', id: row.id, name: row.name, createdAt }
}

/** Restores a version by an ordinary edit, so that nothing is lost. Throws NotFound. */
export function restoreVersion(
  database: StudioDatabase,
  id: string,
  version: VersionRef,
): { document: ModelDocument; undoState: UndoState } {
  const { models, versions, runs } = database
  return database.transaction(() => {
    const patch = difference(models.get(id).document, versionDocument(database, version))
    const name = version.kind === 'named' ? versions.get(version.id).name : runs.row(version.id).name
    if (!isEmpty(patch))
      models.edit(id, { after: models.undoState(id).done, name: `Restore ${name}`.slice(0, 200), patch })
    return { document: models.get(id).document, undoState: models.undoState(id) }
  })
}
