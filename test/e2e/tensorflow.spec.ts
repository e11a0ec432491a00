import { expect, it } from 'vitest'
import { launchApp } from '../helpers/app.ts'
import { loopDelays } from '../helpers/loop-delay.ts'
import { installSample, openPage, runStatus, startDlrm } from '../helpers/page-runs.ts'

it('trains on TensorFlow from the window, which goes on answering', { timeout: 180_000 }, async () => {
  const running = await launchApp()
  try {
    const { app, window: page } = running
    await installSample(page, { name: 'criteo-synthetic', rows: 20_000 })
    await openPage(page, '/runs')
    const id = await startDlrm(page, 'criteo-synthetic', 'on TensorFlow', {
      backend: 'tensorflow',
      device: 'cpu',
      epochs: 2,
      batchSize: 512,
      earlyStopping: null,
    })
    await openPage(page, `/runs/${id}`)
    const delays = await loopDelays(app, page, 2000)
    console.log('Event-loop delay, 99th percentile, on TensorFlow:', delays)
    await runStatus(page, 'completed', 120_000)
    expect(Number(await page.getByTestId('result-test-auc').getAttribute('data-value'))).toBeGreaterThan(0.6)
    await page.getByTestId('tab-settings').click()
    await page.locator('#panel-settings', { hasText: 'tensorflow, CPU, fp32' }).waitFor()
    await page.getByText('TensorFlow 2.21.0, on the CPU').waitFor()
  } finally {
    await running.close()
  }
})
