import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { toErrorData } from '../../contract/errors.ts'
import { isPlainName } from '../../contract/plain-name.ts'
import { testPredictions } from '../../runs/test-rows.ts'
import { isLink } from '../../platform/workspace-links.ts'
import { damagedCheckpoints } from '../../training/damaged-checkpoints.ts'
import { TEST_PREDICTIONS, TEST_PREDICTIONS_CHECKSUM } from '../../training/test-predictions.ts'
import { sound, type Damage, type Examined } from './damage.ts'

export interface KnownRuns {
  /** The ids of all runs that have a row; null if the database cannot be read. */
  ids: ReadonlySet<string> | null
  /** Those whose trainers may be writing now. */
  live: ReadonlySet<string>
}

const RESUME = 'Resume the run, which continues from the last intact one, or delete the run'
const LIST_AGAIN = '`workspace repair`, which lists the run again'

/** Compares every checkpoint of every run, and its test predictions, with their checksums. */
export async function* examineCheckpoints(workspace: string, known: KnownRuns): AsyncGenerator<Examined> {
  const folder = join(workspace, 'checkpoints')
  const runs = existsSync(folder) ? await readdir(folder) : []
  for (const run of runs.toSorted()) yield await examine(workspace, run, known)
}

async function examine(workspace: string, run: string, { ids, live }: KnownRuns): Promise<Examined> {
  const name = `Checkpoints of ${run}`
  const path = `checkpoints/${run}`
  if (!isPlainName(run) || isLink(join(workspace, path))) {
    const found = 'this is no folder of a run'
    return { name, ok: false, found, remedy: 'Move it elsewhere', damage: [{ paths: [path], why: found }] }
  }
  try {
    const { intact, damaged } = await damagedCheckpoints(workspace, run)
    const damage: Damage[] = damaged.map(checkpointDamage)
    const predictions = await predictionsDamage(workspace, run)
    if (predictions) damage.push(predictions)
    const leftover = live.has(run) ? [] : await leftovers(workspace, run)
    const isUnknown = ids !== null && !ids.has(run)
    const findings = [
      ...(damaged.length > 0 ? [`damaged: ${damaged.join(', ')}`] : []),
      ...(predictions ? [predictions.why] : []),
      ...(isUnknown ? ['the database has no row of this run'] : []),
    ]
    if (findings.length === 0) return { ...sound(name, `${intact} intact`), damage: leftover }
    return {
      name,
      ok: false,
      found: findings.join('; '),
      remedy: isUnknown ? LIST_AGAIN : damaged.length > 0 ? RESUME : 'Train the run again',
      damage: [...damage, ...leftover],
    }
  } catch (error) {
    const { message } = toErrorData(error)
    return { name, ok: false, found: message, remedy: 'Make it readable and try again', damage: [] }
  }
}

/** A record and its parameters are of no use without each other. */
function checkpointDamage(path: string): Damage {
  const stem = path.replace(/\.(json|safetensors)$/, '')
  return {
    paths: [`${stem}.json`, `${stem}.safetensors`],
    why: `${path} is damaged or missing`,
  }
}

async function predictionsDamage(workspace: string, run: string): Promise<Damage | null> {
  try {
    await testPredictions(workspace, run, null)
    return null
  } catch (error) {
    const { code, message } = toErrorData(error)
    if (code !== 'Corrupt') throw error
    const paths = [TEST_PREDICTIONS, TEST_PREDICTIONS_CHECKSUM].map((file) => `checkpoints/${run}/${file}`)
    return { paths, why: message }
  }
}

/** What an interrupted trainer has left: it is removed when the run is resumed, and is no damage. */
async function leftovers(workspace: string, run: string): Promise<Damage[]> {
  const names = await readdir(join(workspace, 'checkpoints', run))
  return names
    .filter((name) => {
      const step = /^(\d+)\.safetensors$/.exec(name)?.[1]
      return name.endsWith('.tmp') || (step !== undefined && !names.includes(`${step}.json`))
    })
    .map((name) => ({
      paths: [`checkpoints/${run}/${name}`],
      why: 'it is a part of a checkpoint whose saving was interrupted',
    }))
}
