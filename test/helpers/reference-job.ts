/** Command lines of dlrm_s_pytorch.py, trained by the ranks of an MPI job. */
import { readFileSync } from 'node:fs'
import { messageInLine } from '../../main/distributed/lines.ts'
import type { MpiName } from '../../main/distributed/mpi.ts'
import { SafetensorsFile } from '../../main/training/safetensors.ts'
import { outputOfRanks } from './mpi-jobs.ts'

/** What the reference printed for some command lines. */
export const referenceCommands = JSON.parse(
  readFileSync(new URL('../fixtures/reference/dlrm_commands.json', import.meta.url), 'utf8'),
) as { arguments: string; losses: number[] }[]

/** PyTorch prints six digits; the tolerance is twenty times their rounding. */
export const REFERENCE_TOLERANCE = 1e-5

/** Trains a command line on `ranks` ranks, writes a checkpoint of the trained model, and returns the losses. */
export async function lossesOfRanks(
  flags: string,
  { ranks, mpi, checkpoint }: { ranks: number; mpi: MpiName; checkpoint: string },
): Promise<number[]> {
  const stdout = await outputOfRanks({ mpi, ranks }, 'reference-rank.ts', checkpoint, ...flags.split(' '))
  const [message] = stdout
    .split('\n')
    .map(messageInLine)
    .filter((each) => each !== undefined)
  return (message as { losses: number[] }).losses
}

/** The values of each tensor of a checkpoint. */
export async function tensorsOf(checkpoint: string): Promise<Map<string, Float32Array>> {
  const file = await SafetensorsFile.open(checkpoint)
  try {
    const tensors = new Map<string, Float32Array>()
    for (const name of file.tensors.keys()) tensors.set(name, await file.readFloats(name))
    return tensors
  } finally {
    await file.close()
  }
}
