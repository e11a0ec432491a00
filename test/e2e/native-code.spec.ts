/** Native code is loaded from a folder only after the system's own dialog was confirmed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'

/** Inside the page. */
declare const studio: StudioBridge

let running: RunningApp
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'libraries-'))
  writeFileSync(join(folder, 'libtensorflow_cc.so.2'), 'no library')
  running = await launchApp({ env: { DLRM_STUDIO_DATA: folder, DLRM_STUDIO_TENSORFLOW: '' } })
})
afterAll(async () => {
  await running.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Chooses the file in the dialog, and answers the question that follows with a button. */
async function choose(purpose: 'useTensorFlow' | 'installTensorFlow' | 'importData', button: number) {
  const file = join(folder, 'libtensorflow_cc.so.2')
  await running.app.evaluate(
    ({ dialog }, { file, button }) => {
      const asked: unknown[] = []
      Object.assign(globalThis, { asked })
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [file] })
      dialog.showMessageBox = ((_window: unknown, options: unknown) => {
        asked.push(options)
        return Promise.resolve({ response: button, checkboxChecked: false })
      }) as unknown as typeof dialog.showMessageBox
    },
    { file, button },
  )
  const chosen = await running.window.evaluate(
    (purpose) => studio.chooseFiles({ purpose, title: '', many: false, extensions: [] }),
    purpose,
  )
  const asked = await running.app.evaluate(
    () =>
      (globalThis as unknown as { asked: { detail: string; cancelId: number; defaultId: number }[] }).asked,
  )
  return { chosen, asked }
}

it('is refused unless it is confirmed, with Cancel at hand', { timeout: 60_000 }, async () => {
  for (const purpose of ['useTensorFlow', 'installTensorFlow'] as const) {
    const { chosen, asked } = await choose(purpose, 0)
    expect(chosen).toBeNull()
    expect(asked).toMatchObject([{ cancelId: 0, defaultId: 0 }])
    expect(asked[0]?.detail).toContain(folder)
  }
})

it('is allowed for the folder that was confirmed, and for nothing else', { timeout: 60_000 }, async () => {
  const { chosen } = await choose('useTensorFlow', 1)
  expect(chosen).toMatchObject([{ path: folder }])
  const handle = chosen![0]!.handle
  const asWheels = await running.window.evaluate(
    (wheels) =>
      studio.request('backends.install', { device: 'cpu', wheels }).then(
        () => null,
        (error: unknown) => error,
      ),
    handle,
  )
  expect(asWheels).toMatchObject({ code: 'InvalidRequest' })
})

it('is not asked about for data', { timeout: 60_000 }, async () => {
  const { chosen, asked } = await choose('importData', 0)
  expect(chosen).toHaveLength(1)
  expect(asked).toEqual([])
})
