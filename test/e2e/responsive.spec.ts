import { expect, it } from 'vitest'
import { launchApp } from '../helpers/app.ts'
import { loopDelays, type LoopDelays } from '../helpers/loop-delay.ts'
import { installSample, openPage, runStatus, startDlrm } from '../helpers/page-runs.ts'

const LIMIT_MS = 50
/** Longer than the span that the engine's answer covers. */
const TRAINING_MS = 6_000
/**
 * If event loops are this late before anything is requested, other programs keep the machine busy and the test says
 * nothing.
 */
const BUSY_MS = 12

const figures = ({ page, shell, engine }: LoopDelays) =>
  `page ${page.toFixed(1)} ms, shell ${shell.toFixed(1)} ms, engine ${engine.toFixed(1)} ms`

it('answers while a run trains at full speed', { timeout: 180_000 }, async (context) => {
  const running = await launchApp()
  try {
    const { app, window: page } = running
    await installSample(page, { name: 'criteo-synthetic', rows: 200_000 })
    await openPage(page, '/runs')
    const idle = await loopDelays(app, page, 3000)
    const id = await startDlrm(page, 'criteo-synthetic', 'full speed', { epochs: 1000, earlyStopping: null })
    await openPage(page, `/runs/${id}`)
    await runStatus(page, 'running')
    const training = await loopDelays(app, page, TRAINING_MS)
    await page.getByTestId('stop-run').click()
    await runStatus(page, 'stopped')
    console.log(`Event-loop delay, 99th percentile: training: ${figures(training)}; idle: ${figures(idle)}`)
    if (Math.max(idle.page, idle.shell, idle.engine) > BUSY_MS)
      context.skip('The machine is busy with other work.')
    expect(Math.max(training.page, training.shell, training.engine)).toBeLessThan(LIMIT_MS)
  } finally {
    await running.close()
  }
})
