import { nativeAddon, type NativeDataset } from '../../native/index.ts'
import { encodeSpec, type Encoding } from './encode-spec.ts'
import type { JobHandle } from './jobs.ts'
import { nativeImport } from './native-import.ts'
import type { Claim } from './staging.ts'

/** A file's rows in the form in which a model reads them, in file order in the test split. */
export interface EncodedFile {
  dataset: NativeDataset
  rows: number
  /** Whether the file has the label column. If not, every label is 0. */
  labelled: boolean
  /** The folder of the encoded copy. */
  folder: string
}

/** Encodes a file with another dataset's vocabularies and transforms into the claim's folder. */
export async function encodeFile(
  file: string,
  encoding: Encoding,
  claim: Claim,
  handle: JobHandle,
  keepText: string[] = [],
): Promise<EncodedFile> {
  const { spec, labelled } = await encodeSpec(file, encoding, claim.destination, keepText)
  const { rows } = await nativeImport(spec, handle)
  return { dataset: nativeAddon().openDataset(claim.destination), rows, labelled, folder: claim.destination }
}
