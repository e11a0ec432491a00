/** The app, started and driven by Spectron, which speaks to its page through ChromeDriver. */
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer, type AddressInfo } from 'node:net'
import { Application } from 'spectron'
import type { AppUnderTest } from './app-under-test.ts'

/** A training ends within this time on any number of cores. */
const PATIENCE_MS = 240_000

interface Waiting {
  timeout?: number
  timeoutMsg?: string
}

/** What the tests use of WebdriverIO 7, whose own types today's compiler does not understand. */
interface Element {
  waitForDisplayed(options: Waiting): Promise<unknown>
  waitForEnabled(options: Waiting): Promise<unknown>
  click(): Promise<void>
  setValue(text: string): Promise<void>
  getText(): Promise<string>
  getAttribute(name: string): Promise<string | null>
}

interface Client {
  $(selector: string): Promise<Element>
  $$(selector: string): Promise<Element[]>
  /** Runs in the page. */
  execute<Args extends unknown[], Result>(
    script: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Result>
  waitUntil(condition: () => Promise<boolean>, options?: Waiting): Promise<unknown>
  getTitle(): Promise<string>
  getUrl(): Promise<string>
  getWindowCount(): Promise<number>
  closeWindow(): Promise<unknown>
}

interface Spectron {
  start(): Promise<unknown>
  client: Client
  chromeDriver: { stop(): void }
}

export interface DrivenApp {
  client: Client
  /** The element with this test id, once it is on screen. */
  shown(id: string): Promise<Element>
  click(id: string): Promise<void>
  textOf(id: string): Promise<string>
  /** Waits until the run whose page is open has this status. */
  runIs(status: string): Promise<void>
  /** Ends ChromeDriver, after the app. */
  end(): void
}

interface ChromeDriver {
  statusUrl: string
  isRunning(answer: (running: boolean) => void): void
}

const driver = createRequire(import.meta.url)('spectron/lib/chrome-driver') as { prototype: ChromeDriver }
// Spectron asks ten times a second. It asks with got 11, which repeats a refused request on its own and, under Node 24,
// leaves a rejection behind that nobody handles; Vitest rightly counts it as an error.
driver.prototype.isRunning = function (answer) {
  fetch(this.statusUrl).then(
    (response) => answer(response.ok),
    () => answer(false),
  )
}

/** `env` is added to this process's. */
export async function driveApp(
  { executable, args }: AppUnderTest,
  env: Record<string, string>,
): Promise<DrivenApp> {
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0
  const spectron = new Application({
    path: executable,
    args,
    env,
    port: await freePort(),
    startTimeout: 30_000,
    connectionRetryTimeout: PATIENCE_MS,
    chromeDriverArgs: [
      // The app has a folder of its own for its data, where ChromeDriver would not look for a port that Chromium chose.
      `remote-debugging-port=${await freePort()}`,
      'disable-gpu',
      ...(asRoot ? ['no-sandbox'] : []),
    ],
  }) as unknown as Spectron
  await spectron.start()
  const { client } = spectron
  const shown = async (id: string): Promise<Element> => {
    const element = await client.$(`[data-testid="${id}"]`)
    await element.waitForDisplayed({ timeout: PATIENCE_MS })
    return element
  }
  return {
    client,
    shown,
    click: async (id) => {
      const element = await shown(id)
      await element.waitForEnabled({ timeout: PATIENCE_MS })
      await element.click()
    },
    textOf: async (id) => (await shown(id)).getText(),
    runIs: async (status) => {
      const reached = async () => (await (await shown('run-status')).getAttribute('data-status')) === status
      await client.waitUntil(reached, { timeout: PATIENCE_MS, timeoutMsg: `The run is not ${status}.` })
    },
    end: () => spectron.chromeDriver.stop(),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
