/** What was deleted and can be restored: runs and models, whose rows say so, and datasets, which are elsewhere. */
import type { StudioDatabase } from '../../db/index.ts'
import { StudioError } from '../contract/errors.ts'
import type { TrashedItem } from '../contract/trash.ts'
import type { DatasetService } from '../datasets/dataset-service.ts'
import { isPlainName } from '../contract/plain-name.ts'
import { sizeOf } from '../platform/folder-size.ts'
import { removeRun, whileWritable } from '../runs/remove-run.ts'
import { checkpointFolder } from '../training/checkpoints.ts'

export interface TrashSources {
  workspace: string
  database: StudioDatabase
  datasets: DatasetService
}

type Item = Pick<TrashedItem, 'kind' | 'id'>

/** The last deleted item comes first. */
export async function listTrash({ workspace, database, datasets }: TrashSources): Promise<TrashedItem[]> {
  const items: TrashedItem[] = (await datasets.trashed()).map((dataset) => ({ kind: 'dataset', ...dataset }))
  for (const row of database.trash.list()) {
    const files =
      row.kind === 'run' && isPlainName(row.id) ? await sizeOf(checkpointFolder(workspace, row.id)) : 0
    items.push({ ...row, bytes: row.bytes + files })
  }
  return items.toSorted((a, b) => b.deletedAt.localeCompare(a.deletedAt))
}

/** Restores an item; `name` renames a dataset. Throws NotFound, AlreadyExists, InvalidArgument or ReadOnly. */
export async function restoreFromTrash(
  { database, datasets }: TrashSources,
  { kind, id }: Item,
  name?: string,
): Promise<void> {
  if (kind === 'dataset') return datasets.restore(id, name)
  if (name !== undefined)
    throw new StudioError('InvalidArgument', 'Only a dataset gets another name when it is restored.', {
      field: 'name',
    })
  await whileWritable(database, (writable) => writable.evenIfFull(() => writable.trash.takeBack(kind, id)))
}

/** Deletes an item of the trash for good. Throws NotFound, also for what is not in the trash, or ReadOnly. */
export async function deleteFromTrash(sources: TrashSources, { kind, id }: Item): Promise<void> {
  const { database, datasets } = sources
  if (kind === 'dataset') return datasets.removeTrashed(id)
  if (!database.trash.has(kind, id)) throw notInTrash(id)
  if (kind === 'run') return removeRun(sources, id)
  await whileWritable(database, (writable) => writable.evenIfFull(() => writable.models.remove(id)))
}

/**
 * The item of the trash that a text names: by its id, or by its name if only one has it. Throws NotFound, and InvalidArgument
 * for a name of several.
 */
export function findInTrash(items: readonly TrashedItem[], text: string): TrashedItem {
  const exact = items.find(({ id }) => id === text)
  if (exact) return exact
  const [first, ...others] = items.filter(({ name }) => name === text)
  if (!first) throw notInTrash(text)
  if (others.length === 0) return first
  const ids = [first, ...others].map(({ id }) => id).join(', ')
  throw new StudioError(
    'InvalidArgument',
    `${others.length + 1} items of the trash are named ${text}: give an id, one of ${ids}.`,
  )
}

const notInTrash = (text: string): StudioError =>
  new StudioError('NotFound', `${text} is not in the trash: list the trash to see what is.`)
