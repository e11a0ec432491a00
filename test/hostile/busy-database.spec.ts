import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { databaseFile } from '../../main/platform/workspace.ts'
import { EngineClient } from '../crash/engine-client.ts'
import { until } from '../crash/processes.ts'
import { smallTraining } from '../helpers/small-training.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const HELD_MS = 5000
/** A tenth of what a blocked engine would show, and far above what an idle engine shows on a busy machine. */
const MAX_DELAY_MS = 500

/** Another process that holds the database's write lock for this long. Resolves once it has the lock. */
async function holdWriteLock(file: string): Promise<void> {
  const connection = pathToFileURL(join(import.meta.dirname, '../../db/connection.ts')).href
  const script = `const { Connection } = await import(${JSON.stringify(connection)})
    const held = new Connection(process.argv[1])
    held.transaction(() => {
      process.stdout.write('held')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${HELD_MS})
    })
    held.close()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
}

it('keeps the engine answering while another process writes for 5 seconds, and loses nothing of a run', async () => {
  const training = await smallTraining(await temporaryFolder(), { epochs: 20_000 })
  const { workspace, dataset, model, config } = training
  const engine = await EngineClient.start(workspace)
  onTestFinished(() => engine.close())
  const { id } = await engine.request('runs.start', { dataset, model, config })
  await until(
    'it trains',
    async () => (await engine.request('runs.show', { id })).epochs.length > 0 || undefined,
  )

  await holdWriteLock(databaseFile(workspace))
  const held = performance.now()
  const edit = engine.request('runs.edit', { id, notes: 'kept' }).then(() => performance.now() - held)
  const delays: number[] = []
  while (performance.now() - held < HELD_MS - 200) {
    const asked = performance.now()
    await engine.request('runs.list', {})
    delays.push(performance.now() - asked)
    await delay(20)
  }
  const { eventLoopDelayMaxMs } = await engine.request('engine.health', {})
  console.log(
    `A write lock held for ${HELD_MS} ms: the longest of ${delays.length} requests took ` +
      `${Math.max(...delays).toFixed(0)} ms, the engine's event loop was late by ${eventLoopDelayMaxMs.toFixed(0)} ms at most.`,
  )
  expect(Math.max(...delays)).toBeLessThan(MAX_DELAY_MS)
  expect(await edit).toBeGreaterThan(HELD_MS - 500)
  await engine.request('runs.stop', { id })
  const run = await until('it has stopped', async () => {
    const shown = await engine.request('runs.show', { id })
    return shown.status === 'stopped' ? shown : undefined
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
