import { describe, expect, it } from 'vitest'
import { databaseWithRun, sampleEpoch } from '../test/helpers/sample-run.ts'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import type { RunProgress } from '../main/contract/runs.ts'
import type { NewCheckpoint, NewPoint } from './index.ts'
import { checkpointPath } from '../main/contract/runs.ts'

const point = (step: number, value = step): NewPoint => ({
  series: 'train/loss',
  step,
  epoch: 1,
  value,
  elapsedMs: step,
})
const noProgress: RunProgress = {
  step: 0,
  totalSteps: 100,
  epoch: 1,
  totalEpochs: 1,
  samplesPerSecond: 0,
  secondsLeft: null,
  phase: 'training',
}
const line = (message: string) => ({ at: '2026-01-01T00:00:00.000Z', level: 'info' as const, message })

function checkpoint(run: string, step: number, kind: NewCheckpoint['kind']): NewCheckpoint {
  const createdAt = '2026-01-01T00:00:00.000Z'
  return {
    step,
    epoch: step,
    kind,
    path: checkpointPath(run, step),
    bytes: 1,
    sha256: '00',
    createdAt,
  }
}

describe('points and lines', () => {
  it('are numbered in order and read from after the last one seen', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const first = database.saveUpdate(id, { points: [point(1), point(2)], lines: [line('a')] })
    const second = database.saveUpdate(id, { points: [point(3)], lines: [line('b')] })
    expect(first.points.map(({ sequence }) => sequence)).toEqual([1, 2])
    expect(database.points.after(id, 0, 2)).toEqual(first.points)
    expect(database.points.after(id, 2, 10)).toEqual(second.points)
    expect(database.log.after(id, 1, 10)).toEqual(second.lines)
    database.close()
  })

  it('count once when a resumed run measures them again', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    database.saveUpdate(id, { points: [point(1), point(2)], lines: [] })
    const { points } = database.saveUpdate(id, { points: [point(2), point(3)], lines: [] })
    expect(points).toEqual([{ ...point(3), sequence: 3 }])
    expect(database.points.after(id, 0, 10).map(({ step }) => step)).toEqual([1, 2, 3])
    database.close()
  })

  it('come back bit by bit as they were measured', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const values = [0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.1]
    database.saveUpdate(id, { points: values.map((value, index) => point(index, value)), lines: [] })
    expect(database.points.after(id, 0, 10).map(({ value }) => value)).toEqual(values)
    database.close()
  })

  it('are stored whole or not at all', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const update = {
      points: [point(1), point(2, Number.NaN)],
      lines: [line('a')],
      result: sampleEpoch(1, 0.7, 0.7),
      checkpoint: { saved: checkpoint(id, 1, 'best'), removed: [] },
    }
    expect(() => database.saveEpoch(id, update)).toThrow('NOT NULL')
    expect(database.points.after(id, 0, 10)).toEqual([])
    expect(database.epochs.list(id)).toEqual([])
    expect(database.checkpoints.list(id)).toEqual([])
    expect(database.runs.row(id).best).toBeNull()
    database.close()
  })
})

describe('totals', () => {
  it('stay when the progress goes with the end of the run', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const progress = { ...noProgress, step: 40 }
    database.saveUpdate(id, { points: [], lines: [], progress, durationMs: 8, samplesPerSecond: 5000 })
    database.runs.end(id, { status: 'completed', error: null })
    const totals = { progress: null, steps: 40, durationMs: 8, samplesPerSecond: 5000 }
    expect(database.runs.row(id)).toMatchObject(totals)
    database.close()
  })
})

describe('checkpoints', () => {
  it('disappear when their files are gone, and a former best one is only kept', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const save = (step: number, kind: NewCheckpoint['kind'], removed: number[]): void => {
      const paths = removed.map((gone) => checkpoint(id, gone, 'last').path)
      database.saveUpdate(id, {
        points: [],
        lines: [],
        checkpoint: { saved: checkpoint(id, step, kind), removed: paths },
      })
    }
    const kinds = (): [number, string][] =>
      database.checkpoints.list(id).map(({ step, kind }) => [step, kind])
    save(1, 'best', [])
    save(2, 'last', [])
    expect(kinds()).toEqual([
      [1, 'best'],
      [2, 'last'],
    ])
    save(3, 'best', [2])
    expect(kinds()).toEqual([
      [1, 'kept'],
      [3, 'best'],
    ])
    save(3, 'last', [1])
    expect(kinds()).toEqual([[3, 'last']])
    database.close()
  })
})

describe('the checkpoints of a run whose owner died', () => {
  it('become those that lie in its folder', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const update = (saved: NewCheckpoint) => ({ points: [], lines: [], checkpoint: { saved, removed: [] } })
    database.saveUpdate(id, update(checkpoint(id, 1, 'best')))
    database.saveUpdate(id, update(checkpoint(id, 2, 'last')))
    database.checkpoints.replaceAll(id, [checkpoint(id, 1, 'kept'), checkpoint(id, 3, 'best')])
    expect(database.checkpoints.list(id)).toMatchObject([
      { step: 1, kind: 'kept' },
      { step: 3, kind: 'best' },
    ])
    database.checkpoints.replaceAll(id, [])
    expect(database.checkpoints.list(id)).toEqual([])
    database.close()
  })
})

describe('epochs', () => {
  it('leave the run with its best and last values', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const validation = [0.6, 0.8, 0.7]
    validation.forEach((auc, index) => {
      database.saveEpoch(id, { points: [], lines: [], result: sampleEpoch(index + 1, auc, auc - 0.05) })
    })
    expect(database.runs.row(id)).toMatchObject({ best: 0.8, bestEpoch: 2, last: 0.7, testAuc: 0.75 })
    expect(database.epochs.list(id).map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    database.close()
  })

  it('change nothing when a resumed run comes by them again', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const save = (epoch: number, auc: number): void => {
      database.saveEpoch(id, { points: [], lines: [], result: sampleEpoch(epoch, auc, auc) })
    }
    save(1, 0.8)
    save(2, 0.7)
    const before = database.runs.row(id)
    save(2, 0.7)
    expect(database.runs.row(id)).toEqual(before)
    expect(database.epochs.list(id)).toHaveLength(2)
    database.close()
  })
})
