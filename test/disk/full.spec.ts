/**
 * The disk becomes full at random moments of everything that writes: a random number of bytes is free when it begins, or
 * another program fills the disk a random time after that. It has
 * to succeed or to fail with a sentence about the full disk; nothing that was stored may be damaged; and the same thing has to
 * succeed once there is room.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { saveBenchmark } from '../../main/benchmark/results.ts'
import { openStudioDatabase } from '../../db/index.ts'
import { toErrorData, type ErrorData } from '../../main/contract/errors.ts'
import { DatasetService } from '../../main/datasets/dataset-service.ts'
import { exportRun } from '../../main/runs/export.ts'
import { createBackup } from '../../main/upkeep/backup/create-backup.ts'
import { restoreBackup } from '../../main/upkeep/backup/restore-backup.ts'
import { checkWorkspace } from '../../main/upkeep/check/check-workspace.ts'
import type { Work } from '../../main/upkeep/work.ts'
import { writeClicks } from '../helpers/click-file.ts'
import { runForJson, type Failure } from '../helpers/command-line.ts'
import { sampleReport } from '../helpers/sample-report.ts'
import { makeSchema120 } from '../helpers/schema-120.ts'
import { sampleModel } from '../helpers/sample-run.ts'
import { mayMount, smallDisk, type SmallDisk } from '../helpers/small-disk.ts'
import { storedWorkspace } from '../helpers/stored-workspace.ts'
import { observe, type Observation } from '../hostile/flipped-bits.ts'
import { numbersOf, pointsOfSeries } from './seeded-points.ts'

const quietly: Work = { signal: new AbortController().signal, report: () => undefined }
const LONG_MS = 30 * 60_000

let elsewhere: string
let template: string
let file: string
let run: string
let before: Observation

beforeAll(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), 'dlrm-studio-disk-'))
  template = join(elsewhere, 'template')
  run = await storedWorkspace(template)
  before = await seen(template)
  file = join(elsewhere, 'clicks.csv')
  await writeClicks(file, 3000)
})
afterAll(() => rm(elsewhere, { recursive: true, force: true }))

/** Everything that a workspace has, without its own place. */
async function seen(folder: string): Promise<Observation> {
  const text = JSON.stringify(await observe(folder, run))
  return JSON.parse(text.replaceAll(folder, 'HERE').replaceAll(template, 'HERE')) as Observation
}

async function errorOf(work: () => unknown): Promise<ErrorData | null> {
  try {
    await work()
    return null
  } catch (error) {
    return toErrorData(error)
  }
}

interface Series {
  name: string
  /** In a fresh copy of the workspace, before the disk is filled. */
  prepare?: (workspace: string) => unknown
  /** Returns why it failed, or null. */
  work: (workspace: string, disk: SmallDisk) => Promise<ErrorData | null>
  /** What of the workspace may differ afterwards, besides being more. */
  changes?: readonly string[]
}

const series: Series[] = [
  {
    name: 'import',
    work: (workspace) =>
      errorOf(async () => {
        const datasets = new DatasetService({ workspace })
        try {
          await datasets.waitForJob(
            await datasets.startImport({ name: 'again', files: [file], format: 'csv' }),
          )
        } finally {
          await datasets.close()
        }
      }),
    changes: ['datasets'],
  },
  {
    name: 'training',
    work: async (workspace) => {
      const words = [
        'train',
        'dlrm',
        '--data',
        'clicks',
        '--batch-size',
        '32',
        '--log-every',
        '1',
        '--epochs',
        '2',
      ]
      const { status, json } = await runForJson<Failure & { error?: ErrorData }>(workspace, ...words)
      return status === 0 ? null : json.error
    },
    changes: ['runs'],
  },
  {
    name: 'edits',
    work: (workspace) =>
      errorOf(() => {
        const database = openStudioDatabase(join(workspace, 'studio.db'))
        let acknowledged = 0
        let id = ''
        try {
          id = database.models.page(null, 1)[0]!.id
          acknowledged = database.models.undoState(id).done
          for (let width = 2; width < 200; width++) {
            database.models.save(id, sampleModel([width, 1]))
            acknowledged++
          }
        } finally {
          if (id !== '') expect(database.models.undoState(id).done).toBe(acknowledged)
          database.close()
        }
      }),
    changes: ['models', 'edits', 'undo'],
  },
  {
    name: 'export',
    work: (workspace, disk) =>
      errorOf(async () => {
        const database = openStudioDatabase(join(workspace, 'studio.db'))
        try {
          for (const format of ['csv', 'safetensors'] as const)
            await exportRun(
              { workspace, database },
              { id: run, format, out: join(disk.path, `out.${format}`) },
            )
        } finally {
          database.close()
        }
      }),
  },
  {
    name: 'benchmark',
    work: (workspace) =>
      errorOf(() => {
        const database = openStudioDatabase(join(workspace, 'studio.db'))
        try {
          for (let stored = 0; stored < 200; stored++) saveBenchmark(database, sampleReport(), 'cli')
        } finally {
          database.close()
        }
      }),
  },
  {
    name: 'migration',
    prepare: (workspace) => makeSchema120(join(workspace, 'studio.db')),
    work: (workspace) =>
      errorOf(() => {
        const database = openStudioDatabase(join(workspace, 'studio.db'))
        const { readOnly } = database
        // On a full disk it is read in memory.
        expect(database.runList.count()).toBe(1)
        database.close()
        if (readOnly) throw readOnly
      }),
  },
  {
    name: 'backup',
    work: (workspace, disk) =>
      errorOf(() => createBackup({ workspace, to: join(disk.path, 'backups') }, quietly)),
  },
]

describe.runIf(mayMount)('a disk that becomes full', () => {
  it.each(series)(
    `at ${pointsOfSeries} moments of: $name`,
    async ({ name, prepare, work, changes = [] }) => {
      const random = numbersOf(name)
      const disk = await smallDisk(32)
      const workspace = join(disk.path, 'workspace')
      const fresh = async () => {
        for (const each of readdirSync(disk.path))
          rmSync(join(disk.path, each), { recursive: true, force: true })
        await cp(template, workspace, { recursive: true })
        await prepare?.(workspace)
      }
      await fresh()
      const room = disk.free()
      const began = performance.now()
      expect(await work(workspace, disk)).toBeNull()
      // Up to somewhat more than it takes.
      const mostBytes = (room - disk.free()) * 1.2 + 64 * 1024
      const longestMs = performance.now() - began
      const found = { succeeded: 0, 'refused with too little room': 0, 'refused as the disk was filled': 0 }
      for (let point = 0; point < pointsOfSeries; point++) {
        await fresh()
        // What refuses to begin without some room is met in the middle of its writing only in the second way.
        const isFilledLater = point % 2 === 1
        const part = random()
        const [left, after] = [Math.floor(part * mostBytes), part * longestMs]
        if (!isFilledLater) disk.fillUpTo(left)
        const filled = isFilledLater ? disk.fillAfter(after) : Promise.resolve()
        const error = await work(workspace, disk)
        await filled
        const where = `${name} ${isFilledLater ? `filled after ${after} ms` : `with ${left} bytes`}`
        if (error) {
          found[isFilledLater ? 'refused as the disk was filled' : 'refused with too little room']++
          expect({ where, code: error.code }).toEqual({ where, code: 'DiskFull' })
          expect(error.message).toMatch(/disk is full/)
          expect(error.message).not.toMatch(/\n\s+at /)
        } else found.succeeded++
        disk.empty()
        const wrong = (await checkWorkspace(workspace, quietly)).filter(({ ok }) => !ok)
        expect({ where, wrong }).toEqual({ where, wrong: [] })
        const { items, refusals } = await seen(workspace)
        expect({ where, refusals }).toEqual({ where, refusals: {} })
        for (const item of Object.keys(before.items).filter((each) => !changes.includes(each)))
          expect([where, item, items[item]]).toEqual([where, item, before.items[item]])
        if (name === 'backup' && !error) {
          const to = join(elsewhere, 'restored')
          await restoreBackup({ from: join(disk.path, 'backups'), to }, quietly)
          rmSync(to, { recursive: true })
        }
        if (name === 'backup' && error) expect(backupsIn(disk)).toEqual([])
        if (error) expect([where, await work(workspace, disk)]).toEqual([where, null])
      }
      const range = `up to ${Math.round(mostBytes / 1024)} KiB free, or filled within ${Math.round(longestMs)} ms`
      console.log(`${name}: ${JSON.stringify(found)}, ${range}`)
    },
    LONG_MS,
  )
})

const backupsIn = (disk: SmallDisk): string[] => {
  const folder = join(disk.path, 'backups')
  return existsSync(folder)
    ? readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory())
    : []
}
