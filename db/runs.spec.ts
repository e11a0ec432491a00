import { describe, expect, it, vi } from 'vitest'
import { databaseWithRun, sampleRun } from '../test/helpers/sample-run.ts'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import { openStudioDatabase } from './index.ts'
import { currentProcess, type ProcessIdentity } from '../main/platform/process-identity.ts'

const stranger: ProcessIdentity = { pid: 1_000_000_000, startedAt: 'boot/1', host: currentProcess().host }

describe('a new run', () => {
  it('is starting, owned and beating, and keeps its documents', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const run = database.runs.get(id)
    const { name, model, config, environment, owner } = sampleRun()
    expect(run).toMatchObject({
      status: 'starting',
      name,
      model,
      config,
      environment,
      owner,
      tags: [],
      notes: '',
    })
    expect(run.heartbeatAt).toBe(run.createdAt)
    expect(id).toMatch(/^r-\d{8}-[0-9a-z]{4}$/)
    database.close()
  })

  it('is still there after closing and opening the file', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const before = database.runs.get(id)
    database.close()
    const again = openStudioDatabase(database.file)
    expect(again.runs.get(id)).toEqual(before)
    again.close()
  })

  it('comes first in the list', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const second = database.runs.create(sampleRun({ name: 'second' }))
    expect(database.runList.newest(100).map((run) => run.id)).toEqual([second.id, id])
    database.close()
  })
})

it('says which run is not there', async () => {
  const { database } = databaseWithRun(await temporaryFolder())
  expect(() => database.runs.get('r-none')).toThrow('There is no run r-none.')
  expect(() => database.runs.patch('r-none', { name: 'x' })).toThrow('There is no run r-none.')
  database.close()
})

it('changes only the fields a patch names', async () => {
  const { database, id } = databaseWithRun(await temporaryFolder())
  const before = database.runs.row(id)
  database.runs.patch(id, { status: 'running', notes: 'warm' })
  database.runs.patch(id, {})
  expect(database.runs.row(id)).toEqual({ ...before, status: 'running', notes: 'warm' })
  database.close()
})

describe('ownership', () => {
  it('ends with the run, which can end only once', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const error = { code: 'Diverged', message: 'The loss is not a number.' } as const
    expect(database.runs.end(id, { status: 'failed', error })).toBe(true)
    expect(database.runs.end(id, { status: 'completed', error: null })).toBe(false)
    expect(database.runs.row(id)).toMatchObject({ status: 'failed', error, owner: null, heartbeatAt: null })
    database.close()
  })

  it('goes to one of two processes that take over an ended run', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const other = openStudioDatabase(database.file)
    database.runs.end(id, { status: 'interrupted', error: null })
    expect(database.runs.claim(id, currentProcess())).toBe(true)
    expect(other.runs.claim(id, stranger)).toBe(false)
    expect(other.runs.row(id)).toMatchObject({
      status: 'starting',
      owner: currentProcess(),
      finishedAt: null,
    })
    other.close()
    database.close()
  })

  it('cannot be taken of a run that lives or is complete', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    expect(database.runs.claim(id, stranger)).toBe(false)
    database.runs.end(id, { status: 'completed', error: null })
    expect(database.runs.claim(id, stranger)).toBe(false)
    database.close()
  })

  it('makes runs of dead owners interrupted and leaves the living alone', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const orphans = (['starting', 'running', 'paused'] as const).map((status) => {
      const orphan = database.runs.create(sampleRun({ owner: stranger }))
      database.runs.patch(orphan.id, { status })
      return orphan.id
    })
    const interrupted = database.runs.reconcileDeadOwners((owner) => owner.pid !== stranger.pid)
    expect(interrupted.toSorted()).toEqual(orphans.toSorted())
    expect(orphans.map((orphan) => database.runs.row(orphan).status)).toEqual(Array(3).fill('interrupted'))
    expect(database.runs.row(id).status).toBe('starting')
    database.close()
  })

  it('lets an owner that has taken over meanwhile keep its run', async () => {
    const { database } = databaseWithRun(await temporaryFolder())
    const { id } = database.runs.create(sampleRun({ owner: stranger }))
    const interrupted = database.runs.reconcileDeadOwners((owner) => {
      if (owner.pid !== stranger.pid) return true
      database.runs.end(id, { status: 'interrupted', error: null })
      database.runs.claim(id, currentProcess())
      return false
    })
    expect(interrupted).toEqual([])
    expect(database.runs.row(id)).toMatchObject({ status: 'starting', owner: currentProcess() })
    database.close()
  })

  it("beats for the owner's own runs only", async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const other = database.runs.create(sampleRun({ owner: stranger }))
    const { createdAt } = database.runs.row(id)
    await vi.waitFor(() => expect(new Date().toISOString() > createdAt).toBe(true))
    database.runs.heartbeat(currentProcess())
    expect(database.runs.row(other.id).heartbeatAt).toBe(other.heartbeatAt)
    const { heartbeatAt } = database.runs.row(id)
    expect(Date.parse(heartbeatAt ?? '')).toBeGreaterThan(Date.parse(createdAt))
    database.close()
  })
})

it('deletes an ended run with all that belongs to it, and no living one', async () => {
  const { database, id } = databaseWithRun(await temporaryFolder())
  const point = { series: 'train/loss', step: 1, epoch: 1, value: 1, elapsedMs: 1 }
  database.saveUpdate(id, { points: [point], lines: [] })
  database.tags.replace(id, ['a'])
  expect(() => database.runs.remove(id)).toThrow('is starting: stop it before deleting it')
  database.runs.end(id, { status: 'stopped', error: null })
  database.runs.remove(id)
  expect(database.runList.newest(100)).toEqual([])
  expect(database.tags.all()).toEqual([])
  expect(database.integrity()).toEqual([])
  database.close()
})
