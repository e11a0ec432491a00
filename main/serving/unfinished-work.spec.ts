import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StudioDatabase } from '../../db/index.ts'
import { databaseWithRun } from '../../test/helpers/sample-run.ts'
import { currentProcess } from '../platform/process-identity.ts'
import {
  dismissUnfinished,
  noteCutShort,
  notedTask,
  noteOngoing,
  takeOverOngoing,
  unfinishedWork,
} from './unfinished-work.ts'

let folder: string
let database: StudioDatabase
let run: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unfinished-'))
  const made = databaseWithRun(folder)
  database = made.database
  run = made.id
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

const imported = { kind: 'dataset' as const, what: 'import of “clicks”', fraction: 0.42, stopping: false }
const benchmark = { ...imported, kind: 'benchmark' as const, what: 'benchmark' }

/** As if a process that has ended since had noted its tasks. */
function noteAsDeadProcess(): void {
  const { pid } = spawnSync(process.execPath, ['--version'])
  noteOngoing(database, [notedTask(imported)])
  const noted = database.preferences.get('work in progress') as object
  database.preferences.set('work in progress', { ...noted, owner: { ...currentProcess(), pid } })
}

describe('work that did not come to its end', () => {
  it('is known after the process that did it was killed, with how far it was', () => {
    noteAsDeadProcess()
    takeOverOngoing(database)
    expect(unfinishedWork(database).others).toEqual([
      { kind: 'dataset', what: 'import of “clicks”', fraction: 0.4, how: 'interrupted' },
    ])
    takeOverOngoing(database)
    expect(unfinishedWork(database).others).toHaveLength(1)
  })

  it('is not told while it is being done', () => {
    noteOngoing(database, [notedTask(imported)])
    takeOverOngoing(database)
    expect(unfinishedWork(database)).toEqual({ runs: [], others: [] })
  })

  it('is told once of a window that was closed, together with what nobody has seen yet', () => {
    noteAsDeadProcess()
    takeOverOngoing(database)
    database.runs.end(run, { status: 'stopped', error: null })
    noteCutShort(database, { runs: [run], others: [benchmark] })
    noteCutShort(database, { runs: [run], others: [benchmark] })
    const { runs, others } = unfinishedWork(database)
    expect(runs).toMatchObject([{ id: run, how: 'closed' }])
    expect(others.map(({ what, how }) => [what, how])).toEqual([
      ['import of “clicks”', 'interrupted'],
      ['benchmark', 'closed'],
    ])
    dismissUnfinished(database)
    expect(unfinishedWork(database)).toEqual({ runs: [], others: [] })
  })
})
