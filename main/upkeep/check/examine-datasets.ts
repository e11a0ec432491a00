import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { nativeAddon } from '../../../native/index.ts'
import { toErrorData } from '../../contract/errors.ts'
import { DatasetService } from '../../datasets/dataset-service.ts'
import { datasetFolders } from '../../datasets/workspace-folders.ts'
import { isLink } from '../../platform/workspace-links.ts'
import { sound, type Examined } from './damage.ts'

const READABLE = 'Make it readable and try again'

/** Compares every file of every dataset with its checksum, also of those in the trash. */
export async function* examineDatasets(workspace: string): AsyncGenerator<Examined> {
  const datasets = new DatasetService({ workspace })
  const { trash } = datasetFolders(workspace)
  try {
    for (const { id } of await datasets.list())
      yield await examine(`Dataset ${id}`, `datasets/${id}`, {
        isLinked: isLink(join(workspace, 'datasets', id)),
        verify: async () => (await datasets.verify(id)).files.length,
        remedy: 'Delete it and import it again',
      })
    for (const { id, name } of await datasets.trashed())
      yield await examine(`Dataset ${name} in the trash`, `trash/datasets/${id}`, {
        isLinked: isLink(join(trash, id)),
        verify: async () => {
          await nativeAddon().openDataset(join(trash, id)).verify()
          return (await readdir(join(trash, id))).length
        },
        remedy: 'Delete it for good',
      })
  } catch (error) {
    const found = toErrorData(error).message
    yield { name: 'Datasets', ok: false, found, remedy: READABLE, damage: [] }
  } finally {
    await datasets.close()
  }
}

interface Subject {
  isLinked: boolean
  /** Returns the number of files. */
  verify: () => Promise<number>
  remedy: string
}

async function examine(name: string, path: string, { isLinked, verify, remedy }: Subject): Promise<Examined> {
  try {
    return sound(name, `intact, ${await verify()} files`)
  } catch (error) {
    const { code, message } = toErrorData(error)
    // What cannot be read at the moment may be intact.
    const isDamaged = code === 'Corrupt' || isLinked
    return {
      name,
      ok: false,
      found: message,
      remedy: isDamaged ? remedy : READABLE,
      damage: isDamaged ? [{ paths: [path], why: message }] : [],
    }
  }
}
