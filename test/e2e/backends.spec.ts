import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { openPage } from '../helpers/page-runs.ts'

/** Inside the page. */
declare const studio: StudioBridge

/** A download of 274 MB, its check, its unpacking and the compiling of the binding. */
const WHOLE_MS = 300_000

describe('the Backends card', () => {
  let running: RunningApp
  let data: string
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'studio-data-'))
    running = await launchApp({ env: { DLRM_STUDIO_DATA: data, DLRM_STUDIO_TENSORFLOW: '' } })
    await openPage(running.window, '/settings')
  })
  afterAll(async () => {
    await running.close()
    await rm(data, { recursive: true, force: true })
  })

  const row = (device: string, state: string) =>
    running.window.locator(`[data-testid=tensorflow-${device}][data-state=${state}]`)

  it('says what an installation would fetch, and which GPU it would be for', async () => {
    await row('cpu', 'absent').getByText('to download').waitFor()
    expect(await row('cpu', 'absent').innerText()).toContain('274 MB')
    const gpu = await row('gpu', 'absent').innerText()
    expect(gpu).toContain('3.34 GB to download in 12 files')
    const { gpus } = await running.window.evaluate(() => studio.request('backends.status', {}))
    if (gpus.length === 0) expect(gpu).toContain('No NVIDIA GPU was found')
    else expect(gpu).toContain(gpus[0]?.name)
  })

  it(
    'cancels an installation without a trace, goes through with the next, and repairs and removes what it has installed',
    { timeout: 2 * WHOLE_MS },
    async () => {
      const { window: page } = running
      await row('cpu', 'absent').getByTestId('backend-install').click()
      await page.getByTestId('backend-message').getByText('Downloading').waitFor({ timeout: 60_000 })
      await page.getByTestId('backend-cancel').click()
      await page.getByText('its files were removed').waitFor()
      const folder = join(data, 'tensorflow', '2.21.0-cpu')
      await expect(stat(folder)).rejects.toThrow('ENOENT')

      await row('cpu', 'absent').getByTestId('backend-install').click()
      await row('cpu', 'installed').waitFor({ timeout: WHOLE_MS })

      await rm(join(folder, 'libtensorflow_framework.so.2'))
      await openPage(page, '/runs')
      await openPage(page, '/settings')
      await row('cpu', 'damaged').getByText('differs from what was installed').waitFor()
      await row('cpu', 'damaged').getByTestId('backend-install').click()
      await row('cpu', 'installed').waitFor({ timeout: WHOLE_MS })

      await row('cpu', 'installed').getByTestId('backend-remove').click()
      await page.getByTestId('answer-act').click()
      await row('cpu', 'absent').waitFor({ timeout: 30_000 })
      await expect(stat(folder)).rejects.toThrow('ENOENT')
    },
  )
})
