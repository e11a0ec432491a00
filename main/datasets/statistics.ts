import { join } from 'node:path'
import { datasetStatistics, type DatasetStatistics } from '../contract/dataset-statistics.ts'
import { StudioError } from '../contract/errors.ts'
import { readRegularFile } from '../platform/regular-file.ts'
import { refuseLinks } from '../platform/workspace-links.ts'
import { readManifest, requireDataset } from './catalogue.ts'
import type { DatasetFolders } from './workspace-folders.ts'

const FILE = 'statistics.json'
/** A dataset with the most columns that an import accepts has less. */
const MAX_BYTES = 512 * 1024 * 1024

/** A dataset's statistics by split. null if an earlier version imported it, or nothing did. Throws Corrupt or Io. */
export async function readStatistics(folders: DatasetFolders, id: string): Promise<DatasetStatistics | null> {
  const { files } = await readManifest(folders, id)
  if (!files.some(({ path }) => path === FILE)) return null
  const path = join(requireDataset(folders, id), FILE)
  refuseLinks(folders.workspace, path)
  const text = (await readRegularFile(path, MAX_BYTES)).toString('utf8')
  try {
    return datasetStatistics.parse(JSON.parse(text))
  } catch {
    throw new StudioError('Corrupt', `${path} is damaged: data verify ${id} says what differs.`, {
      file: path,
    })
  }
}
