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

/** `close`: the page closes its window as soon as the run is begun. */
async function startRun(name: string, close = false): Promise<string> {
  const { dataset, model, config } = training
  const request = { name, dataset, model, config }
  const id = await running.window.evaluate(
    async ([body, thenClose]) => {
      const begun = await studio.request('runs.start', body)
      if (thenClose) window.close()
      return begun.id
    },
    [request, close] as const,
  )
  await untilRun(id, 'running')
  return id
}

const runNow = (id: string): Promise<RunSummary> =>
  running.window.evaluate((run) => studio.request('runs.show', { id: run }), id)

const untilRun = (id: string, status: string) =>
  until(`the run is ${status}`, async () => (await runNow(id)).status === status)

/** The title and the buttons of the last question of the system, which nobody answers. */
const keepSystemQuestions = () =>
  running.app.evaluate(({ dialog }) => {
    const asked: MessageBoxOptions[] = []
    Object.assign(globalThis, { asked })
    dialog.showMessageBox = ((_window: unknown, options: MessageBoxOptions) => {
      asked.push(options)
      return new Promise(() => undefined)
    }) as typeof dialog.showMessageBox
  })

const systemQuestion = () =>
  running.app.evaluate(() => (globalThis as unknown as { asked: MessageBoxOptions[] }).asked.at(-1))

const quit = () => running.app.evaluate(({ app }) => app.quit())
const closeWindow = () =>
  running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close())
const isVisible = () =>
  running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isVisible())
const stepNow = async (id: string) => (await runNow(id)).progress?.step ?? 0

async function untilItGoesOn(id: string): Promise<void> {
  const before = await stepNow(id)
  await until('the run has gone on', async () => (await stepNow(id)) > before)
}

const picture = async (name: string): Promise<void> => {
  const folder = process.env.DLRM_STUDIO_PICTURES
  if (folder) await running.window.screenshot({ path: join(folder, `${name}.png`) })
}

describe('closing the window while a run trains', () => {
  it('asks: the run goes on if that is cancelled, and in the background until the app is started again', async () => {
    const id = await startRun('kept')
    const question = running.window.getByTestId('closing')
    for (const close of [closeWindow, quit]) await close()
    await question.getByText('A run is training').waitFor()
    await question.getByText('Training of “kept”').waitFor()
    await picture('closing')
    await running.window.keyboard.press('Escape')
    await question.waitFor({ state: 'hidden' })
    await untilItGoesOn(id)

    await closeWindow()
    await question.getByTestId('closing-background').click()
    await until('the window is hidden', async () => !(await isVisible()))
    await untilItGoesOn(id)
    await running.app.evaluate(({ app }) => app.emit('second-instance'))
    expect(await isVisible()).toBe(true)
    expect(await runNow(id)).toMatchObject({ status: 'running' })
  })

  it('asks as well if the page closes its window, so that no script can skip the question', async () => {
    const id = await startRun('scripted', true)
    const question = running.window.getByTestId('closing')
    await question.getByText('Training of “scripted”').waitFor()
    await running.window.keyboard.press('Escape')
    await question.waitFor({ state: 'hidden' })
    await untilItGoesOn(id)
  })

  it('asks in a dialog of the system if the page does not show the question', async () => {
    await startRun('hung')
    await keepSystemQuestions()
    void running.window
      .evaluate(() => {
        for (;;);
      })
      .catch(() => undefined)
    await closeWindow()
    expect(await until('the system asks', systemQuestion)).toMatchObject({
      message: 'Quit and stop the training of “hung”?',
      buttons: ['Keep Open', 'Continue in Background', 'Stop, Save and Quit'],
      defaultId: 0,
      cancelId: 0,
    })
  })

  it('stops and saves if the user chooses that, and the next start offers to resume', async () => {
    const id = await startRun('closed')
    const shell = pidOf(running.app.process())
    await quit()
    await running.window.getByTestId('closing-stop').click()
    await untilGone(shell)

    running = await launchApp({ workspace })
    const notice = running.window.getByTestId('unfinished-notice')
    await notice.getByText('“closed” was stopped and saved when DLRM Studio was closed.').waitFor()
    await notice.getByRole('button', { name: 'Details' }).click()
    await notice.getByText(/“closed”: saved at step [\d,]+, in epoch \d+ of 100000/).waitFor()
    expect(await runNow(id)).toMatchObject({ status: 'stopped', error: null })
    await picture('unfinished')
    await notice.getByRole('button', { name: 'Resume' }).click()
    await untilRun(id, 'running')
    await notice.waitFor({ state: 'detached' })
  })

  it('asks nothing when the system ends the app', async () => {
    await startRun('ended')
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
    await keepSystemQuestions()
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
