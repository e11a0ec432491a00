import type { StudioReader } from '../../db/index.ts'
import { openRegularFile } from '../platform/regular-file.ts'
import { SafetensorsFile, type Tensor } from '../training/safetensors.ts'
import { intactCheckpoint } from './run-checkpoint.ts'
import { writeFileSafely, type Sink } from '../platform/write-file.ts'

const PIECE = { highWaterMark: 1 << 20 }

/** The tensors of a checkpoint besides its parameters, which are named after them: emb_l.0.weight/sum. */
const BESIDE_PARAMETERS = ['/sum', '/mean', '/variance', '/trained', '/trainedValues', '/untrained']

/**
 * Writes the parameters of a run's best checkpoint as safetensors, under the reference's names and without optimizer
 * state. `train --init` and other programs read them. Rows that training never reached are written as what predictions
 * read instead, so that another program predicts the same. If values share rows (hashed and quotient-remainder tables),
 * the substitute is written as a tensor of its own, TABLE/untrained. Throws NotFound if there is no checkpoint, and
 * Corrupt if it is damaged.
 */
export async function exportSafetensors(
  { database, workspace }: { database: StudioReader; workspace: string },
  run: string,
  out: string,
): Promise<{ path: string; bytes: number }> {
  const { file: path } = await intactCheckpoint({ database, workspace }, run, 'best')
  const source = await SafetensorsFile.open(path)
  try {
    const parameters = [...source.tensors].filter(([name]) => !isBesideParameter(name, source))
    return await writeFileSafely(out, async (sink) => {
      await sink.bytes(headerOf(parameters, run))
      for (const [name, tensor] of parameters) {
        await copyTensor(path, tensor, await untrainedRowsOf(name, source), sink)
      }
    })
  } finally {
    await source.close()
  }
}

/** Length, then JSON, then blanks up to a multiple of eight so that the data is aligned. */
function headerOf(tensors: readonly [string, Tensor][], run: string): Uint8Array {
  // A map is converted to an object at the end, because setting a tensor called __proto__ on an object would drop it.
  const entries = new Map<string, unknown>([['__metadata__', { format: 'pt', producer: 'dlrm-studio', run }]])
  let offset = 0
  for (const [name, { dtype, shape, bytes }] of tensors) {
    entries.set(name, { dtype, shape, data_offsets: [offset, offset + bytes] })
    offset += bytes
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const header = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ')
  header.writeBigUInt64LE(BigInt(header.length - 8))
  json.copy(header, 8)
  return header
}

function isBesideParameter(name: string, { tensors }: SafetensorsFile): boolean {
  const table = /^(.*)\/untrained$/s.exec(name)?.[1]
  if (table !== undefined && tensors.has(`${table}/trainedValues`)) return false
  return BESIDE_PARAMETERS.some(
    (suffix) => name.endsWith(suffix) && tensors.has(name.slice(0, -suffix.length)),
  )
}

interface UntrainedRows {
  /** One byte for each row, which is 0 if training never reached it. */
  trained: Uint8Array
  /** The bytes of the substitute for such a row. */
  row: Buffer
}

/** Null if every row is written as it is. */
async function untrainedRowsOf(name: string, source: SafetensorsFile): Promise<UntrainedRows | null> {
  if (!source.tensors.has(`${name}/untrained`) || !source.tensors.has(`${name}/trained`)) return null
  const row = await source.readFloats(`${name}/untrained`)
  return {
    trained: await source.readFlags(`${name}/trained`),
    row: Buffer.from(row.buffer, row.byteOffset, row.byteLength),
  }
}

async function copyTensor(
  path: string,
  { start, bytes }: Tensor,
  untrained: UntrainedRows | null,
  sink: Sink,
): Promise<void> {
  if (bytes === 0) return
  const file = await openRegularFile(path)
  const pieces = file.createReadStream({ ...PIECE, start, end: start + bytes - 1 })
  let offset = 0
  for await (const piece of pieces) {
    if (untrained) replaceRows(piece as Buffer, offset, untrained)
    await sink.bytes(piece as Buffer)
    offset += (piece as Buffer).length
  }
}

/** Writes the substitute over the untrained rows of a chunk that begins `offset` bytes into the tensor. */
function replaceRows(piece: Buffer, offset: number, { trained, row }: UntrainedRows): void {
  const end = offset + piece.length
  for (let index = Math.floor(offset / row.length); index * row.length < end; index++) {
    if (trained[index] !== 0) continue
    const begin = index * row.length
    const from = Math.max(begin, offset)
    row.copy(piece, from - offset, from - begin, Math.min(begin + row.length, end) - begin)
  }
}
