import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { inspect } from './evidence.ts'
import { Moments } from './moments.ts'
import { until } from '../helpers/until.ts'
import { killNow, pidOf, untilGone } from './processes.ts'
import { survive } from './survive.ts'
import { DATASET, undisturbedTraining, type Training } from './training.ts'

let training: Training
beforeAll(async () => {
  training = await undisturbedTraining()
}, 120_000)
afterAll(() => rm(training.workspace, { recursive: true, force: true }))

/** What the window would request of the engine. */
const ask = ({ window }: RunningApp, name: 'runs.start' | 'runs.resume', body: unknown) =>
  window.evaluate(
    ([request, content]) =>
      (globalThis as unknown as { studio: StudioBridge }).studio.request(request, content as never),
    [name, body] as const,
  )

it(
  'a run comes to the same end, bit by bit, however often the whole app is killed',
  async () => {
    const { workspace, model, config } = training
    let app = await launchApp({ workspace })
    await survive(training, new Moments('app'), {
      start: async (name) => void (await ask(app, 'runs.start', { name, dataset: DATASET, model, config })),
      kill: async () => {
        // The shell leads the group of all its processes: engine, trainer and those of the browser.
        const shell = pidOf(app.app.process())
        killNow(-shell)
        await untilGone(shell)
        app = await launchApp({ workspace })
        await until('the engine has looked at the runs', () => nothingRuns(workspace))
      },
      resume: async (id) => void (await ask(app, 'runs.resume', { id })),
      finish: async () => void (await until('nothing runs any more', () => nothingRuns(workspace))),
    })
    await app.close()
  },
  20 * 60_000,
)

const nothingRuns = (workspace: string): boolean =>
  inspect(workspace, ({ runList }) => runList.live().every(({ owner }) => owner === null))
