import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MessageBoxOptions } from 'electron'
import type { StudioBridge } from '../../main/contract/channel.ts'
import type { RunSummary } from '../../main/contract/runs.ts'
import { killNow, pidOf, untilGone } from '../crash/processes.ts'
import { enginePid, launchApp, type RunningApp } from '../helpers/app.ts'
import { smallTraining, type SmallTraining } from '../helpers/small-training.ts'
import { until } from '../helpers/until.ts'

/** Inside the page. */
declare const studio: StudioBridge

let workspace: string
let training: SmallTraining
let running: RunningApp
beforeEach(async () => {
  workspace = mkdtempSync(join(tmpdir(), 'studio-'))
  training = await smallTraining(workspace, { epochs: 100_000, logEvery: 1000 })
  running = await launchApp({ workspace })
})
afterEach(async () => {
  await running.close()
  rmSync(workspace, { recursive: true, force: true })
})

async function startRun(name: string): Promise<string> {
  const { dataset, model, config } = training
  const id = await running.window.evaluate(
    async (request) => (await studio.request('runs.start', request as never)).id,
    { name, dataset, model, config },
  )
  await untilRun(id, 'running')
  return id
}

const runNow = (id: string): Promise<RunSummary> =>
  running.window.evaluate((run) => studio.request('runs.show', { id: run }), id)

const untilRun = (id: string, status: string) =>
  until(`the run is ${status}`, async () => (await runNow(id)).status === status)

/** Answers the native question with this button, and keeps what it said. */
const answerWith = (response: number) =>
  running.app.evaluate(({ dialog }, button) => {
    const asked: MessageBoxOptions[] = []
    Object.assign(globalThis, { asked })
    dialog.showMessageBox = ((_window: unknown, options: MessageBoxOptions) => {
      asked.push(options)
      return Promise.resolve({ response: button, checkboxChecked: false })
    }) as typeof dialog.showMessageBox
  }, response)

const askedSoFar = () =>
  running.app.evaluate(() => (globalThis as unknown as { asked: MessageBoxOptions[] }).asked)

const quit = () => running.app.evaluate(({ app }) => app.quit())
const closeWindow = () =>
  running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close())

describe('closing the window while a run trains', () => {
  it('asks, and by default the window stays and the run goes on', async () => {
    const id = await startRun('kept')
    await answerWith(0)
    for (const close of [closeWindow, quit]) await close()
    const question = await until('the question is asked', async () => (await askedSoFar())[0])
    const stepNow = async () => (await runNow(id)).progress?.step ?? 0
    const before = await stepNow()
    await until('the run has gone on', async () => (await stepNow()) > before)
    expect(question).toMatchObject({
      type: 'warning',
      buttons: ['Keep Open', 'Stop, Save and Quit'],
      defaultId: 0,
      cancelId: 0,
      message: 'Quit and stop the training of “kept”?',
    })
    expect(await runNow(id)).toMatchObject({ status: 'running' })
  })

  it('stops and saves if the user chooses that, and the next start offers to resume', async () => {
    const id = await startRun('closed')
    await answerWith(1)
    const shell = pidOf(running.app.process())
    await quit()
    await untilGone(shell)

    running = await launchApp({ workspace })
    const notice = running.window.getByTestId('unfinished-notice')
    await notice.waitFor()
    expect(await notice.textContent()).toContain(
      '“closed” was stopped and saved when DLRM Studio was closed.',
    )
    expect(await runNow(id)).toMatchObject({ status: 'stopped', error: null })
    const picture = process.env.DLRM_STUDIO_PICTURES
    if (picture) await running.window.screenshot({ path: join(picture, 'unfinished.png') })
    await notice.getByRole('button', { name: 'Resume' }).click()
    await untilRun(id, 'running')
    await notice.waitFor({ state: 'detached' })
  })

  it('asks nothing when the system ends the app', async () => {
    await startRun('ended')
    await answerWith(0)
    const shell = pidOf(running.app.process())
    process.kill(shell, 'SIGTERM')
    await untilGone(shell)
    running = await launchApp({ workspace })
    await running.window.getByTestId('unfinished-notice').waitFor()
  })
})

describe('the next start', () => {
  it('says which runs a crash has interrupted, until that is dismissed', async () => {
    const id = await startRun('crashed')
    killNow(await enginePid(running.app))
    const notice = running.window.getByTestId('unfinished-notice')
    await notice.waitFor()
    expect(await notice.textContent()).toContain('“crashed” was interrupted')
    await untilRun(id, 'interrupted')
    await notice.getByRole('button', { name: 'Dismiss' }).click()
    await notice.waitFor({ state: 'detached' })
    await running.close()
    running = await launchApp({ workspace })
    await running.window.getByText('crashed').first().waitFor()
    expect(await running.window.getByTestId('unfinished-notice').count()).toBe(0)
  })

  it('asks nothing and says nothing if no work was in progress, whatever a script of the page tries', async () => {
    await answerWith(0)
    await running.window.locator('nav').click()
    await running.window.evaluate(() => {
      addEventListener('beforeunload', (event) => event.preventDefault())
      onbeforeunload = () => 'Stay.'
    })
    const shell = pidOf(running.app.process())
    await closeWindow()
    await untilGone(shell)
    running = await launchApp({ workspace })
    await running.window.waitForSelector('nav')
    expect(await running.window.getByTestId('unfinished-notice').count()).toBe(0)
  })
})
