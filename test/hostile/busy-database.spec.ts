import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { databaseFile } from '../../main/platform/workspace.ts'
import { EngineClient } from '../crash/engine-client.ts'
import { smallTraining } from '../helpers/small-training.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

/** Takes about a second, in which the run has ten points a second to store. */
const REQUESTS = 300

/** Another process that holds the database's write lock until it is released. Resolves once it has the lock. */
async function holdWriteLock(file: string): Promise<{ release(): void }> {
  const connection = pathToFileURL(join(import.meta.dirname, '../../db/connection.ts')).href
  const script = `const { readSync } = await import('node:fs')
    const { Connection } = await import(${JSON.stringify(connection)})
    const held = new Connection(process.argv[1])
    held.transaction(() => {
      process.stdout.write('held')
      readSync(0, Buffer.alloc(1))
    })
    held.close()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return { release: () => child.stdin.end() }
}

it('keeps the engine answering while another process writes, and loses nothing of a run', async () => {
  const training = await smallTraining(await temporaryFolder(), { epochs: 20_000 })
  const { workspace, dataset, model, config } = training
  const engine = await EngineClient.start(workspace)
  onTestFinished(() => engine.close())
  const { id } = await engine.request('runs.start', { dataset, model, config })
  await until('it trains', async () => (await engine.request('runs.show', { id })).epochs.length > 0)

  const lock = await holdWriteLock(databaseFile(workspace))
  let stored = false
  const edit = engine.request('runs.edit', { id, notes: 'kept' }).then(() => (stored = true))
  // A write that waited for the lock in the engine would keep it from answering these, of which each reads.
  for (let asked = 0; asked < REQUESTS; asked++) await engine.request('runs.list', {})
  expect(stored).toBe(false)
  lock.release()
  await edit
  await engine.request('runs.stop', { id })
  const run = await until('it has stopped', async () => {
    const shown = await engine.request('runs.show', { id })
    return shown.status === 'stopped' && shown
  })
  expect(run).toMatchObject({ notes: 'kept', error: null })
  const steps = new Set<number>()
  for (let after = 0, more = true; more;) {
    const page = await engine.request('runs.metrics', { id, after, limit: 5000 })
    for (const { series, step } of page.points) if (series === 'train/loss') steps.add(step)
    after = page.points.at(-1)?.sequence ?? after
    more = page.more
  }
  expect(steps.size).toBe(run.steps)
}, 120_000)
