import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import type { ImportSpec } from '../../../native/index.ts'
import { defaultSample } from '../../contract/dataset-defaults.ts'
import type { ImportOutcome } from '../../contract/datasets.ts'
import { requireFreeSpace } from '../../platform/disk-space.ts'
import { importSpec } from '../import-spec.ts'
import type { JobHandle } from '../jobs.ts'
import { nativeImport } from '../native-import.ts'
import type { Claim } from '../staging.ts'
import { CeilingAuc } from './ceiling-auc.ts'
import { ClickGenerator } from './click-generator.ts'

export interface SyntheticOptions {
  rows?: number | undefined
  seed?: number | undefined
}

/** Rows made without letting others run: a few milliseconds. */
const CHUNK_ROWS = 100
/** Text and prepared record of one row, rounded up. */
const BYTES_A_ROW = 600
/** The sizes of the validation and of the test split, at the end. */
const SPLIT_SHARE = 0.1
/** The share of the job's time that generating the rows takes. */
const GENERATING_SHARE = 0.6

/**
 * Generated rows in Criteo's shape. The ceiling, which is the planted probabilities' own AUC on the test rows, is
 * stored.
 */
export async function installCriteoSynthetic(
  { rows = defaultSample.rows, seed = defaultSample.seed }: SyntheticOptions,
  claim: Claim,
  handle: JobHandle,
): Promise<ImportOutcome> {
  requireFreeSpace(claim.folder, rows * BYTES_A_ROW)
  const file = join(claim.folder, `criteo-synthetic-${rows}-${seed}.tsv`)
  const ceiling = new CeilingAuc()
  const lines = generateLines(rows, seed, ceiling, handle)
  await pipeline(Readable.from(lines), createWriteStream(file), { signal: handle.signal })
  const provenance = {
    kind: 'sample',
    source: `Synthetic clicks in Criteo’s shape, seed ${seed}`,
    seed,
    ceilingAuc: ceiling.value(),
  }
  const outcome = await nativeImport(await syntheticSpec(file, claim, provenance), handle, GENERATING_SHARE)
  await claim.publish()
  return outcome
}

async function* generateLines(
  rows: number,
  seed: number,
  ceiling: CeilingAuc,
  handle: JobHandle,
): AsyncGenerator<string> {
  const generator = await ClickGenerator.create(seed)
  const firstTestRow = rows - Math.round(rows * SPLIT_SHARE)
  let chunk = ''
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

async function syntheticSpec(
  file: string,
  claim: Claim,
  provenance: Record<string, unknown>,
): Promise<ImportSpec> {
  const split = { kind: 'tail', validation: SPLIT_SHARE, test: SPLIT_SHARE } as const
  const request = { name: claim.name, files: [file], format: 'criteo', split, maxRejected: 0 } as const
  const spec = await importSpec({ ...request, files: [file] }, claim.destination)
  return { ...spec, provenance }
}
