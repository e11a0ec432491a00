/** Finds what is damaged in a workspace and what to do about it: the database, every dataset, every checkpoint. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openStudioDatabase, type StudioDatabase } from '../../db/index.ts'
import { toErrorData } from '../contract/errors.ts'
import type { DoctorCheck } from '../contract/workspace.ts'
import { DatasetService } from '../datasets/dataset-service.ts'
import { damagedCheckpoints } from '../training/damaged-checkpoints.ts'
import { testPredictions } from '../runs/test-rows.ts'
import { databaseFile } from '../platform/workspace.ts'

/** Reads everything once; changes nothing. Empty where there is no workspace yet. */
export async function checkWorkspace(workspace: string): Promise<DoctorCheck[]> {
  if (!existsSync(workspace)) return []
  return [
    // A workspace into which data was only imported has no database, but its datasets are checked all the same.
    ...(existsSync(databaseFile(workspace)) ? [checkDatabase(workspace)] : []),
    ...(await checkDatasets(workspace)),
    ...(await checkCheckpoints(workspace)),
  ]
}

function checkDatabase(workspace: string): DoctorCheck {
  const name = 'Database'
  let database: StudioDatabase | null = null
  try {
    database = openStudioDatabase(databaseFile(workspace))
    const runs = database.runList.count()
    const found = [...database.integrity(), ...database.problems()]
    if (found.length === 0) return { name, ok: true, found: `intact, ${runs} runs`, remedy: null }
    const remedy = 'Restore studio.db from a backup; until then, the damaged rows are left out'
    return { name, ok: false, found: found.join('; '), remedy }
  } catch (error) {
    return { name, ok: false, found: toErrorData(error).message, remedy: 'Restore studio.db from a backup' }
  } finally {
    database?.close()
  }
}

async function checkDatasets(workspace: string): Promise<DoctorCheck[]> {
  const datasets = new DatasetService({ workspace })
  const checks: DoctorCheck[] = []
  try {
    for (const { id } of await datasets.list()) {
      const name = `Dataset ${id}`
      try {
        const { files } = await datasets.verify(id)
        checks.push({ name, ok: true, found: `intact, ${files.length} files`, remedy: null })
      } catch (error) {
        const { code, message } = toErrorData(error)
        const remedy = code === 'Corrupt' ? 'Delete it and import it again' : 'Make it readable and try again'
        checks.push({ name, ok: false, found: message, remedy })
      }
    }
  } catch (error) {
    checks.push({
      name: 'Datasets',
      ok: false,
      found: toErrorData(error).message,
      remedy: 'Make the folder readable and try again',
    })
  } finally {
    await datasets.close()
  }
  return checks
}

async function checkCheckpoints(workspace: string): Promise<DoctorCheck[]> {
  const folder = join(workspace, 'checkpoints')
  const runs = existsSync(folder) ? await readdir(folder) : []
  const checks: DoctorCheck[] = []
  for (const run of runs.toSorted()) {
    const name = `Checkpoints of ${run}`
    try {
      const { intact, damaged } = await damagedCheckpoints(workspace, run)
      await testPredictions(workspace, run, null)
      const ok = damaged.length === 0
      checks.push({
        name,
        ok,
        found: ok ? `${intact} intact` : `damaged: ${damaged.join(', ')}`,
        remedy: ok ? null : 'Resume the run, which continues from the last intact one, or delete the run',
      })
    } catch (error) {
      const { code, message } = toErrorData(error)
      const remedy = code === 'Corrupt' ? 'Train the run again' : 'Make it readable and try again'
      checks.push({ name, ok: false, found: message, remedy })
    }
  }
  return checks
}
