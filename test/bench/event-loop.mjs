/**
 * How long the engine keeps others waiting while it trains and imports: starts an engine in a new workspace, makes a
 * dataset of Criteo's shape, trains on it for a while with an import beside it, and prints the delays of its event
 * loop as the engine itself measures them.
 *
 *   node test/bench/event-loop.mjs [--seconds 20] [--rows 200000]
 *
 * Needs the bundles in dist/ (`npm run build`). A busy machine delays every process: compare with the idle line.
 */
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { onNode24 } from '../../build/setup/node24.mjs'

const LOOK_MS = 250

async function main() {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '20' }, rows: { type: 'string', default: '200000' } },
  })
  const workspace = mkdtempSync(join(tmpdir(), 'studio-event-loop-'))
  const engine = await startEngine(workspace)
  try {
    print('idle', await watch(engine, 3))
    const making = engine.request('datasets.installSample', {
      name: 'criteo-synthetic',
      rows: Number(values.rows),
    })
    print(
      'importing',
      await watchUntil(
        engine,
        making.then(({ job }) => untilDone(engine, job)),
      ),
    )
    const { model, config } = await kaggleLike(engine)
    await engine.request('runs.start', { dataset: 'criteo-synthetic', model, config })
    print('training', await watch(engine, Number(values.seconds)))
  } finally {
    await engine.leave()
    rmSync(workspace, { recursive: true, force: true })
  }
}

async function startEngine(workspace) {
  const file = fileURLToPath(new URL('../../dist/engine.mjs', import.meta.url))
  const child = fork(file, [], {
    env: { ...process.env, DLRM_STUDIO_WORKSPACE: workspace },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const waiting = new Map()
  const ended = new Promise((resolve) => child.once('exit', resolve))
  let lastId = 0
  await new Promise((resolve, reject) => {
    child.on('message', (message) => {
      if (message.ready) resolve()
      if (message.failed) reject(new Error(message.failed.message))
      waiting.get(message.id)?.(message)
    })
  })
  return {
    async request(name, body) {
      const id = ++lastId
      const answer = await new Promise((resolve) => {
        waiting.set(id, resolve)
        child.send({ id, name, body })
      })
      if (answer.ok) return answer.body
      throw new Error(answer.error.message)
    },
    leave() {
      child.disconnect()
      return ended
    },
  }
}

async function untilDone(engine, job) {
  for (;;) {
    const { jobs } = await engine.request('jobs.list', {})
    const { progress, error } = jobs.find((entry) => entry.progress.job === job)
    if (error) throw new Error(error.message)
    if (progress.state === 'done') return
    await delay(LOOK_MS)
  }
}

/**
 * Trains the DLRM preset on the dataset without an end, with a point for each step, which is the most that a run can
 * report.
 */
async function kaggleLike(engine) {
  const { presetDocument } = await import('../../main/model/presets/index.ts')
  const { columnsOf } = await import('../../main/datasets/columns-of.ts')
  const { defaultTrainingConfig } = await import('../../main/contract/training.ts')
  const manifest = await engine.request('datasets.show', { id: 'criteo-synthetic' })
  const config = { ...defaultTrainingConfig, epochs: 100_000, earlyStopping: null, logEvery: 1 }
  return { model: presetDocument('dlrm', columnsOf(manifest), {}), config }
}

const watch = (engine, seconds) => watchUntil(engine, delay(seconds * 1000))

/** Asking resets the engine's measurement. */
async function watchUntil(engine, end) {
  await engine.request('engine.health', {})
  await end
  return engine.request('engine.health', {})
}

function print(what, { eventLoopDelayP99Ms, eventLoopDelayMaxMs }) {
  const milliseconds = (value) => `${value.toFixed(1).padStart(7)} ms`
  process.stdout.write(
    `${what.padEnd(10)} p99 ${milliseconds(eventLoopDelayP99Ms)}, max ${milliseconds(eventLoopDelayMaxMs)}\n`,
  )
}

if (onNode24(fileURLToPath(import.meta.url))) await main()
