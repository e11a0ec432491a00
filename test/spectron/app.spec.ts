/** The life of the app from the first start to the last, each test on what the one before has left. */
import { existsSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pidExists } from '../../main/platform/process-identity.ts'
import { killNow, untilGone } from '../crash/processes.ts'
import { appUnderTest } from './app-under-test.ts'
import { driveApp, type DrivenApp } from './driven-app.ts'

const under = appUnderTest()
const ran: string[] = []
const notRun = [
  ...(under.packaged ? [] : ['the packaged app: there is none in release/ (`npm run dist` makes it)']),
  'Spectron’s own calls of Electron (app.browserWindow, app.electron): the page is sandboxed and has no Node',
  'closing while a run trains, where the window stays and asks: test/e2e/closing.spec.ts has it, with Playwright',
  'system dialogs and menus, which ChromeDriver does not see: test/e2e has them, with Playwright',
]

let workspace: string
let app: DrivenApp
let shell: number

const start = async (): Promise<void> => {
  app = await driveApp(under, { DLRM_STUDIO_WORKSPACE: workspace, DLRM_STUDIO_NODE: process.execPath })
  // Chromium's lock is a link to the host and the process that has it.
  shell = Number(
    readlinkSync(join(workspace, '.window', 'SingletonLock'))
      .split('-')
      .at(-1),
  )
}

/** The app has ended by itself, and ChromeDriver is ended after it. */
const untilEnded = async (): Promise<void> => {
  await untilGone(shell)
  app.end()
}

/** Names in the report what a test has shown. */
const check = (what: string, test: () => Promise<void>): void =>
  it(what, async () => {
    await test()
    ran.push(what)
  })

beforeAll(async () => {
  console.log(`Spectron drives ${under.what}.`)
  workspace = mkdtempSync(join(tmpdir(), 'spectron-'))
  await start()
})
afterAll(async () => {
  // The app is still there only if a test has failed.
  if (pidExists(shell)) killNow(shell)
  await untilEnded()
  rmSync(workspace, { recursive: true, force: true })
  const list = (title: string, items: string[]) => [title, ...items.map((item) => `  - ${item}`)]
  console.log([...list('Spectron ran:', ran), ...list('Spectron DID NOT RUN:', notRun)].join('\n'))
})

check('The app starts with one window, whose page is the app’s own, without Node', async () => {
  await app.shown('quick-start-button')
  expect(await app.client.getWindowCount()).toBe(1)
  expect(await app.client.getTitle()).toContain('DLRM Studio')
  expect(await app.client.getUrl()).toMatch(/^studio:\/\/app\/index\.html/)
  const globals = await app.client.execute(() =>
    ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
  )
  expect(globals).toEqual([])
})

check('The quick start trains a model with one click and ends on its results', async () => {
  await app.click('quick-start-button')
  await app.runIs('completed')
  expect(Number(await (await app.shown('result-test-auc')).getAttribute('data-value'))).toBeGreaterThan(0.75)
  await app.shown('epoch-table')
})

check('A run with a name of its own is started from the first one, trains, and is listed', async () => {
  await app.click('duplicate-run')
  await (await app.shown('run-name')).setValue('Second')
  await app.click('start-run')
  await app.runIs('completed')
  await app.click('nav-runs')
  const rows = await app.client.$$('[data-testid="run-row"]')
  const texts = await Promise.all(rows.map((row) => row.getText()))
  expect(texts.map((text) => /Second|Quick start/.exec(text)?.[0])).toEqual(['Second', 'Quick start'])
})

check('Closing the window ends the app, and the next start shows what there was', async () => {
  await app.client.closeWindow()
  await untilEnded()
  expect(existsSync(join(workspace, '.window', 'SingletonLock'))).toBe(false)
  await start()
  await app.click('nav-runs')
  await app.client.waitUntil(async () => (await app.client.$$('[data-testid="run-row"]')).length === 2)
  await app.client.closeWindow()
  await untilEnded()
})
