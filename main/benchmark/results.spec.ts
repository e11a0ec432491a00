import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStudioDatabase } from '../../db/index.ts'
import { sampleReport } from '../../test/helpers/sample-report.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import {
  exportBenchmarks,
  importBenchmarks,
  listBenchmarks,
  saveBenchmark,
  showBenchmarks,
} from './results.ts'

const database = async () => openStudioDatabase(join(await temporaryFolder(), 'studio.db'))

describe('kept benchmark results', () => {
  it('are listed newest first without their operations, and shown with them and the machine', async () => {
    const here = await database()
    const first = saveBenchmark(here, sampleReport({ threads: 1 }), 'cli')
    const [summary] = listBenchmarks(here)
    expect(summary).toMatchObject({ id: first.id, origin: 'cli', report: { threads: 1, preset: 'kaggle' } })
    expect(summary?.report).not.toHaveProperty('operations')
    expect(showBenchmarks(here, [first.id])).toEqual([first])
    expect(first.machine.cores).toBeGreaterThan(0)
    expect(first.machine.cpu).not.toBe('')
    here.benchmarks.remove(first.id)
    expect(listBenchmarks(here)).toEqual([])
    expect(() => here.benchmarks.remove(first.id)).toThrow('There is no benchmark result')
    here.close()
  })

  it('travel in a file to another workspace, each once', async () => {
    const [here, there] = [await database(), await database()]
    const ids = [1, 2].map((threads) => saveBenchmark(here, sampleReport({ threads }), 'window').id)
    const file = join(await temporaryFolder(), 'results.json')
    await exportBenchmarks(here, ids, file)
    const { added, known } = await importBenchmarks(there, file)
    expect([added.length, known]).toEqual([2, 0])
    const [imported] = showBenchmarks(there, added)
    expect(imported).toMatchObject({ origin: 'imported', report: sampleReport({ threads: 1 }) })
    expect(await importBenchmarks(there, file)).toEqual({ added: [], known: 2 })
    here.close()
    there.close()
  })
})

describe('a file of results', () => {
  async function refusal(change: (file: { results: Record<string, unknown>[] }) => unknown) {
    const [here, there] = [await database(), await database()]
    const file = join(await temporaryFolder(), 'results.json')
    await exportBenchmarks(here, [saveBenchmark(here, sampleReport(), 'cli').id], file)
    const changed = change(JSON.parse(await readFile(file, 'utf8')) as { results: [] })
    await writeFile(file, typeof changed === 'string' ? changed : JSON.stringify(changed))
    const error = await importBenchmarks(there, file).then(
      () => 'it was imported',
      (thrown: Error) => thrown.message,
    )
    expect(listBenchmarks(there)).toEqual([])
    return error.replace(file, 'FILE')
  }

  it('is refused as a whole, with the path and the reason', async () => {
    expect(await refusal(() => '{"format":\n oops')).toBe('FILE, row 2, character 2: this is not JSON.')
    expect(await refusal(() => ({}))).toContain('FILE: format must')
    expect(await refusal((file) => ({ ...file, version: 2 }))).toContain('FILE: version must')
    expect(
      await refusal((file) => ({ ...file, results: [...file.results, { createdAt: 'now' }] })),
    ).toContain('FILE: results.1.')
  })

  it.each([
    ['results.0.report.msPerIteration', { msPerIteration: -1 }],
    ['results.0.report.threads', { threads: 1.5 }],
    ['results.0.report.precision', { precision: 'fp8' }],
    ['results.0.report.operations', { operations: 'many' }],
    ['results.0.report.preset', { preset: 'x'.repeat(101) }],
    ['results.0.report.roofs.gflops', { roofs: { gflops: null, gbPerSecond: 1 } }],
  ])('is refused for a bad %s', async (path, report) => {
    const message = await refusal((file) => ({
      ...file,
      results: [{ ...file.results[0], report: { ...sampleReport(), ...report } }],
    }))
    expect(message).toContain(`FILE: ${path} must`)
  })
})
