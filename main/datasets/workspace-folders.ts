import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isWritable, readOnlyWorkspace } from '../platform/workspace.ts'
import { makeFolderDurably } from '../platform/durable-file.ts'
import { fileError } from '../platform/file-errors.ts'
import { isClaimAlive, parseClaim } from '../platform/claim-name.ts'
import { refuseLinks } from '../platform/workspace-links.ts'

export interface DatasetFolders {
  workspace: string
  /** The folder of finished datasets, one folder each. */
  datasets: string
  /** The folder of what is being created or deleted. It is on the same file system, so that a rename finishes it. */
  importing: string
  /** The folder of deleted datasets, likewise. */
  trash: string
}

export function datasetFolders(workspace: string): DatasetFolders {
  return {
    workspace,
    datasets: join(workspace, 'datasets'),
    importing: join(workspace, 'importing'),
    trash: join(workspace, 'trash', 'datasets'),
  }
}

/** Creates the folders and removes what dead processes have left in `importing`. */
export async function prepareFolders(folders: DatasetFolders): Promise<void> {
  for (const folder of [folders.datasets, folders.importing, folders.trash]) {
    refuseLinks(folders.workspace, folder)
    await makeFolderDurably(folder).catch((error: unknown) => {
      throw isWritable(dirname(folder))
        ? fileError(error, 'make the folder', folder)
        : readOnlyWorkspace(folders.workspace)
    })
    if (!isWritable(folder)) throw readOnlyWorkspace(folders.workspace)
  }
  for (const entry of await readdir(folders.importing)) {
    const claim = parseClaim(entry)
    if (claim && !isClaimAlive(claim)) {
      // Another process may be cleaning up too. A file that cannot be removed now is tried again at the next start.
      await rm(join(folders.importing, entry), { recursive: true, force: true }).catch(() => {})
    }
  }
}
