/** Samples that are made on the spot, whose labels are drawn from planted probabilities. */
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import type { ImportSpec } from '../../../native/index.ts'
import type { ImportOutcome } from '../../contract/datasets.ts'
import { requireFreeSpace } from '../../platform/disk-space.ts'
import type { JobHandle } from '../jobs.ts'
import { nativeImport } from '../native-import.ts'
import type { Claim } from '../staging.ts'
import { CeilingAuc } from './ceiling-auc.ts'

export interface PlantedRow {
  /** A line of the file without its line feed. */
  line: string
  label: 0 | 1
  /** The planted probability that the label was drawn from. */
  probability: number
}

export interface PlantedSample {
  rows: number
  seed: number
  /** Says what the data are, for the dataset's page. */
  source: string
  /** The first line of the file, if it has one. */
  header?: string
  /** Text and prepared record of one row, rounded up. */
  bytesPerRow: number
  generator: () => Promise<{ next(): PlantedRow }>
  /** How the file is imported, without where it comes from. */
  spec: (file: string) => Promise<Omit<ImportSpec, 'provenance'>>
}

/** Rows made without letting others run: a few milliseconds. */
const CHUNK_ROWS = 100
/** The sizes of the validation and of the test split, at the end. */
export const SPLIT_SHARE = 0.1
/** The share of the job's time that generating the rows takes. */
const GENERATING_SHARE = 0.6

/** Stores the ceiling as well, which is the AUC of the planted probabilities themselves on the test rows. */
export async function installPlanted(
  sample: PlantedSample,
  claim: Claim,
  handle: JobHandle,
): Promise<ImportOutcome> {
  const { rows, seed, source, bytesPerRow } = sample
  requireFreeSpace(claim.folder, rows * bytesPerRow)
  const file = join(claim.folder, `${claim.name}-${rows}-${seed}.tsv`)
  const ceiling = new CeilingAuc()
  const lines = generateLines(sample, ceiling, handle)
  await pipeline(Readable.from(lines), createWriteStream(file), { signal: handle.signal })
  const provenance = { kind: 'sample', source: `${source}, seed ${seed}`, seed, ceilingAuc: ceiling.value() }
  const outcome = await nativeImport({ ...(await sample.spec(file)), provenance }, handle, GENERATING_SHARE)
  await claim.publish()
  return outcome
}

async function* generateLines(
  { rows, header, generator: create }: PlantedSample,
  ceiling: CeilingAuc,
  handle: JobHandle,
): AsyncGenerator<string> {
  const generator = await create()
  const firstTestRow = rows - Math.round(rows * SPLIT_SHARE)
  let chunk = header === undefined ? '' : `${header}\n`
  for (let row = 0; row < rows; row++) {
    const { line, label, probability } = generator.next()
    chunk += `${line}\n`
    if (row >= firstTestRow) ceiling.add(probability, label)
    if ((row + 1) % CHUNK_ROWS > 0) continue
    yield chunk
    chunk = ''
    const done = (row + 1) / rows
    handle.report('generate', GENERATING_SHARE * done, `Generating rows: ${(row + 1).toLocaleString('en')}`)
    await setImmediate()
  }
  yield chunk
}
