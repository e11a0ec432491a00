import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  databaseWithRun,
  sampleEpoch,
  sampleEvaluation,
  samplePoints,
  sampleRun,
} from '../../test/helpers/sample-run.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { MAX_LISTED_RUNS, newestFirst } from '../contract/run-list.ts'
import { runDetail, runSummary, type EpochResult } from '../contract/runs.ts'
import { editRun } from './edit-run.ts'
import { removeRun } from './remove-run.ts'
import { allRuns, listRuns, showRun, summarizeRun } from './summaries.ts'

const everything = { query: '', sort: newestFirst, offset: 0, limit: MAX_LISTED_RUNS }

describe('listing and showing runs', () => {
  it('gives what the contract asks for', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    database.saveEpoch(id, { points: [], lines: [], result: sampleEpoch(1, 0.7, 0.6) })
    expect([...allRuns(database)].map((run) => runSummary.parse(run))).toEqual([summarizeRun(database, id)])
    const detail = showRun(database, id)
    expect(runDetail.parse(detail)).toEqual(detail)
    expect(detail).toMatchObject({ best: 0.7, testAuc: 0.6, ownedHere: true, epochs: [{ epoch: 1 }] })
    database.close()
  })

  it('distinguishes a test AUC that the labels leave undefined from one that was not measured', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const summary = () => summarizeRun(database, id)
    const save = (result: EpochResult) => database.saveEpoch(id, { points: [], lines: [], result })
    expect(summary()).toMatchObject({ testAuc: null, testAucUndefined: false })
    save(sampleEpoch(1, 0.7, null))
    expect(summary()).toMatchObject({ testAuc: null, testAucUndefined: false })
    save({ ...sampleEpoch(1, 0.7, null), test: sampleEvaluation({ auc: null }) })
    expect(summary()).toMatchObject({ testAuc: null, testAucUndefined: true })
    save(sampleEpoch(2, 0.8, 0.6))
    expect(summary()).toMatchObject({ testAuc: 0.6, testAucUndefined: false })
    database.close()
  })

  it('distinguishes the runs of other processes from its own', async () => {
    const { database } = databaseWithRun(await temporaryFolder())
    const owner = { pid: 1, startedAt: 'boot/1', host: 'elsewhere' }
    const { id } = database.runs.create(sampleRun({ owner }))
    expect(summarizeRun(database, id).ownedHere).toBe(false)
    database.close()
  })

  it('gives all runs in pages, which long notes make shorter', async () => {
    const { database } = databaseWithRun(await temporaryFolder(), { name: '0' })
    for (let run = 1; run < 120; run++) {
      const { id } = database.runs.create(sampleRun({ name: String(run) }))
      if (run % 2 === 0) editRun(database, { id, notes: 'x'.repeat(90_000) })
    }
    const page = listRuns(database, { ...everything, limit: 60 })
    expect(page).toMatchObject({ total: 120, matching: 120 })
    expect(page.runs.length).toBeLessThan(60)
    expect(JSON.stringify(page).length).toBeLessThan(1_200_000)
    const names = [...allRuns(database)].map(({ name }) => name)
    expect(names).toEqual(Array.from({ length: 120 }, (_, run) => String(119 - run)))
    database.close()
  })

  it('leaves out what the query does not match', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    database.runs.create(sampleRun({ name: 'second' }))
    expect([...allRuns(database, 'first')].map((run) => run.id)).toEqual([id])
    expect(listRuns(database, { ...everything, query: 'first' })).toMatchObject({ total: 2, matching: 1 })
    database.close()
  })
})

describe('editing a run', () => {
  it('changes the fields that are given', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    editRun(database, { id, notes: 'too wide', tags: ['wide'] })
    editRun(database, { id, name: 'renamed' })
    expect(showRun(database, id)).toMatchObject({ name: 'renamed', notes: 'too wide', tags: ['wide'] })
    expect(() => editRun(database, { id: 'r-none', tags: ['x'] })).toThrow('There is no run r-none.')
    database.close()
  })
})

describe('deleting a run', () => {
  it('takes its metrics and checkpoints with it once it has ended', async () => {
    const workspace = await temporaryFolder()
    const { database, id } = databaseWithRun(workspace)
    const folder = join(workspace, 'checkpoints', id)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, '1.safetensors'), 'x')
    const points = samplePoints(12_000)
    database.saveUpdate(id, { points, lines: [] })
    await expect(removeRun({ database, workspace }, id)).rejects.toMatchObject({
      data: { code: 'InvalidState' },
    })
    expect(database.points.after(id, 0, 20_000)).toHaveLength(12_000)
    database.runs.end(id, { status: 'stopped', error: null })
    await removeRun({ database, workspace }, id)
    expect([...allRuns(database)]).toEqual([])
    await expect(stat(folder)).rejects.toThrow('ENOENT')
    database.close()
  })
})
