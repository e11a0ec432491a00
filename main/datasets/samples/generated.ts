import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import type { BatchArrays, ImportColumn, ImportSpec } from '../../../native/index.ts'
import type { GenerateRequest, ImportOutcome } from '../../contract/datasets.ts'
import { StudioError } from '../../contract/errors.ts'
import type { RandomDataSettings } from '../../model/dlrm-arguments.ts'
import { requireFreeSpace } from '../../platform/disk-space.ts'
import { REPORTED_ROWS } from '../import-spec.ts'
import type { JobHandle } from '../jobs.ts'
import { nativeImport } from '../native-import.ts'
import { NumpyRandom } from '../random-reference/numpy-random.ts'
import { drawBatch, type RandomTables } from '../random-reference/random-batches.ts'
import { TraceGenerator } from '../random-reference/stack-distances.ts'
import { readProfiles } from '../random-reference/trace-files.ts'
import type { Claim } from '../staging.ts'
import { minimumOf } from '../../model/extremes.ts'

/** The count of numbers that are drawn in one turn of the event loop, which takes a few milliseconds. */
const CHUNK_DRAWS = 20_000
/** The sizes of the validation and of the test split, at the end. */
const SPLIT_SHARE = 0.1
/** The share of the job's time that generating the rows takes. */
const GENERATING_SHARE = 0.7
/** Text and prepared record of one value, rounded up. */
const BYTES_A_VALUE = 20

/** Throws InvalidArgument if indices would be outside of a table, or files do not match the tables. */
export function checkDistribution({ distribution, tableRows }: GenerateRequest): void {
  const refuse = (field: string, message: string) => {
    throw new StudioError('InvalidArgument', message, { field: `distribution.${field}` })
  }
  if (distribution.kind === 'gaussian') {
    const smallest = minimumOf(tableRows)
    if (distribution.minimum > distribution.maximum)
      refuse('minimum', 'The smallest index is larger than the largest one.')
    if (distribution.maximum >= smallest)
      refuse('maximum', `The largest index must be below the rows of every table: at most ${smallest - 1}.`)
  }
  if (distribution.kind === 'trace' && ![1, tableRows.length].includes(distribution.files.length))
    refuse(
      'files',
      `There are ${distribution.files.length} traces for ${tableRows.length} tables: give one for all tables, or one per table.`,
    )
}

/** Rows that are drawn as the reference draws its random data. The labels are random as well. */
export async function generateDataset(
  request: GenerateRequest,
  claim: Claim,
  handle: JobHandle,
): Promise<ImportOutcome> {
  const { rows, denseColumns, tableRows, indicesPerLookup } = request
  const values = denseColumns + tableRows.length * indicesPerLookup
  requireFreeSpace(claim.folder, rows * values * BYTES_A_VALUE)
  const tables = { denseColumns, tableRows, ...(await tracesOf(request)) }
  const file = join(claim.folder, 'generated.tsv')
  const lines = generateLines(request, tables, values, handle)
  await pipeline(Readable.from(lines), createWriteStream(file), { signal: handle.signal })
  const outcome = await nativeImport(
    generatedSpec(request, file, claim.destination),
    handle,
    GENERATING_SHARE,
  )
  await claim.publish()
  return outcome
}

/** One trace for each table continues from row to row, which gives the rows their locality. */
async function tracesOf({ distribution, tableRows }: GenerateRequest): Promise<Pick<RandomTables, 'traces'>> {
  if (distribution.kind !== 'trace') return {}
  const { files, padding } = distribution
  const profiles = await readProfiles(
    tableRows.map((_, table) => files[files.length === 1 ? 0 : table]!),
    padding,
  )
  const generators = profiles.map((profile) => new TraceGenerator(profile, padding))
  return { traces: generators.map((generator) => () => generator) }
}

async function* generateLines(
  request: GenerateRequest,
  tables: RandomTables,
  values: number,
  handle: JobHandle,
): AsyncGenerator<string> {
  const { rows, seed } = request
  const random = new NumpyRandom(seed)
  const settings = drawSettings(request)
  const chunk = Math.max(1, Math.floor(CHUNK_DRAWS / values))
  for (let done = 0; done < rows; done += chunk) {
    const count = Math.min(chunk, rows - done)
    yield textOf(drawBatch(random, settings, tables, count), tables.denseColumns)
    const made = done + count
    handle.report(
      'generate',
      (GENERATING_SHARE * made) / rows,
      `Generating rows: ${made.toLocaleString('en')}`,
    )
    await setImmediate()
  }
}

function drawSettings(request: GenerateRequest): RandomDataSettings {
  const { rows, seed, indicesPerLookup, fixedIndices, distribution } = request
  const { kind, ...limits } = distribution
  return {
    seed,
    rows,
    batchSize: rows,
    indicesPerLookup,
    fixedIndices,
    roundTargets: true,
    distribution: kind === 'trace' ? 'synthetic' : kind,
    traceFile: '',
    tracePadding: false,
    minimum: 0,
    maximum: 0,
    mean: 0,
    deviation: 0,
    ...limits,
  }
}

function textOf({ size, dense, labels, columns }: BatchArrays, denseColumns: number): string {
  let text = ''
  for (let row = 0; row < size; row++) {
    text += labels[row]
    for (let column = 0; column < denseColumns; column++)
      text += `\t${dense[row * denseColumns + column]!.toPrecision(9)}`
    for (const { offsets, indices } of columns) {
      const [start, end] = [Number(offsets?.[row] ?? row), Number(offsets?.[row + 1] ?? indices.length)]
      text += `\t${indices.subarray(start, end).join(' ')}`
    }
    text += '\n'
  }
  return text
}

/** Columns have the names of those of a model that is made from a command line of the reference. */
function generatedSpec(request: GenerateRequest, file: string, destination: string): ImportSpec {
  const { name, denseColumns, tableRows, indicesPerLookup, distribution, seed } = request
  const dense = Array.from({ length: denseColumns }, (_, index): ImportColumn => {
    return { name: `dense_${index}`, role: 'dense', type: 'float', transform: 'none', missing: 'zero' }
  })
  const sparse = tableRows.map((size, index): ImportColumn => {
    const role = indicesPerLookup === 1 ? 'sparse' : 'multiValued'
    return { name: `sparse_${index}`, role, type: 'text', encoding: { kind: 'index', size }, separator: ' ' }
  })
  const how = { uniform: 'Uniform', gaussian: 'Gaussian', trace: 'Trace-like' }[distribution.kind]
  return {
    files: [file],
    delimiter: '\t',
    quotes: false,
    header: false,
    columns: [{ name: 'label', role: 'label' }, ...dense, ...sparse],
    split: { kind: 'tail', validation: SPLIT_SHARE, test: SPLIT_SHARE },
    destination,
    name,
    maxRejected: 0,
    reportRejected: REPORTED_ROWS,
    provenance: {
      kind: 'generated',
      source: `${how} random data with random labels, seed ${seed}`,
      seed,
      // Labels that depend on nothing cannot be predicted better than by chance.
      ceilingAuc: 0.5,
    },
  }
}
