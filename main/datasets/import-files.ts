import { join } from 'node:path'
import type { ImportOutcome, ImportRequest } from '../contract/datasets.ts'
import { toErrorData } from '../contract/errors.ts'
import { importSpec } from './import-spec.ts'
import type { JobHandle } from './jobs.ts'
import { nativeImport } from './native-import.ts'
import { forgetFailed, keepFailed, REJECTED_FILE } from './rejected-file.ts'
import type { Claim } from './staging.ts'
import type { DatasetFolders } from './workspace-folders.ts'

/** Imports the user's own files under the claimed name. */
export async function importFiles(
  request: ImportRequest,
  claim: Claim,
  handle: JobHandle,
  folders: DatasetFolders,
): Promise<ImportOutcome> {
  handle.report('inspect', 0, 'Reading the file')
  const rejectedFile = join(claim.folder, REJECTED_FILE)
  const spec = { ...(await importSpec(request, claim.destination)), rejectedFile }
  try {
    const outcome = await nativeImport(spec, handle)
    await claim.publish()
    await forgetFailed(folders, claim.name)
    return outcome
  } catch (error) {
    if (toErrorData(error).code === 'TooManyRejectedRows') await keepFailed(folders, claim.name, rejectedFile)
    throw error
  }
}
