import type { ImportOutcome, ImportRequest } from '../contract/datasets.ts'
import { importSpec } from './import-spec.ts'
import type { JobHandle } from './jobs.ts'
import { nativeImport } from './native-import.ts'
import type { Claim } from './staging.ts'

/** Imports the user's own files under the claimed name. */
export async function importFiles(
  request: ImportRequest,
  claim: Claim,
  handle: JobHandle,
): Promise<ImportOutcome> {
  handle.report('inspect', 0, 'Reading the file')
  const outcome = await nativeImport(await importSpec(request, claim.destination), handle)
  await claim.publish()
  return outcome
}
