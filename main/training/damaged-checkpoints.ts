import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { refuseLinks } from '../platform/workspace-links.ts'
import { checkpointFolder, readRecord } from './checkpoints.ts'
import { sha256OfFile } from '../platform/sha256.ts'

/**
 * Reads all of a run's checkpoints: how many are intact, and the files that are not, relative to the workspace. Throws
 * Io if one cannot be read at the moment.
 */
export async function damagedCheckpoints(
  workspace: string,
  run: string,
): Promise<{ intact: number; damaged: string[] }> {
  const folder = checkpointFolder(workspace, run)
  const names = new Set(await readdir(folder))
  const damaged: string[] = []
  let intact = 0
  for (const name of names) {
    const step = /^(\d+)\.json$/.exec(name)?.[1]
    if (step === undefined) continue
    const parameters = `${step}.safetensors`
    refuseLinks(workspace, join(folder, parameters))
    const record = await readRecord(workspace, run, Number(step))
    if (!record) damaged.push(`checkpoints/${run}/${name}`)
    else if (!names.has(parameters) || (await sha256OfFile(join(folder, parameters))) !== record.sha256)
      damaged.push(`checkpoints/${run}/${parameters}`)
    else intact++
  }
  return { intact, damaged }
}
