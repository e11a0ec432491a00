import { createReadStream } from 'node:fs'
import type { StudioReader } from '../../db/index.ts'
import { SafetensorsFile, type Tensor } from '../training/safetensors.ts'
import { soundCheckpoint } from './run-checkpoint.ts'
import { writeFileSafely, type Sink } from './write-file.ts'

const PIECE = { highWaterMark: 1 << 20 }

/**
 * Writes the parameters of a run's best checkpoint as safetensors, under the reference's names and without optimizer
 * state: what `train --init` and other programs read. Throws NotFound where there is no checkpoint, Corrupt where
 * it is damaged.
 */
export async function exportSafetensors(
  { database, workspace }: { database: StudioReader; workspace: string },
  run: string,
  out: string,
): Promise<{ path: string; bytes: number }> {
  const { file: path } = await soundCheckpoint({ database, workspace }, run, 'best')
  const source = await SafetensorsFile.open(path)
  try {
    // State is named after its parameter: emb_l.0.weight/sum.
    const parameters = [...source.tensors].filter(([name]) => !name.includes('/'))
    return await writeFileSafely(out, async (sink) => {
      await sink.bytes(headerOf(parameters, run))
      for (const [, tensor] of parameters) await copyTensor(path, tensor, sink)
    })
  } finally {
    await source.close()
  }
}

/** Length, then JSON, then blanks up to a multiple of eight so that the data is aligned. */
function headerOf(tensors: readonly [string, Tensor][], run: string): Uint8Array {
  const entries: Record<string, unknown> = { __metadata__: { format: 'pt', producer: 'dlrm-studio', run } }
  let offset = 0
  for (const [name, { dtype, shape, bytes }] of tensors) {
    entries[name] = { dtype, shape, data_offsets: [offset, offset + bytes] }
    offset += bytes
  }
  const json = Buffer.from(JSON.stringify(entries))
  const header = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ')
  header.writeBigUInt64LE(BigInt(header.length - 8))
  json.copy(header, 8)
  return header
}

async function copyTensor(path: string, { start, bytes }: Tensor, sink: Sink): Promise<void> {
  if (bytes === 0) return
  const pieces = createReadStream(path, { ...PIECE, start, end: start + bytes - 1 })
  for await (const piece of pieces) await sink.bytes(piece as Buffer)
}
