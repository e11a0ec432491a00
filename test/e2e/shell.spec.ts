import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { enginePid, launchApp, type RunningApp } from '../helpers/app.ts'
import { requestsHandled } from '../helpers/settled.ts'

/** Inside the page. */
declare const studio: StudioBridge

let running: RunningApp
beforeAll(async () => {
  running = await launchApp()
})
afterAll(() => running.close())

const asked = (name: string, body: unknown) =>
  running.window.evaluate(
    async ([name, body]) => {
      try {
        return { answer: await studio.request(name as 'runs.list', body as Record<string, never>) }
      } catch (error) {
        return { error }
      }
    },
    [name, body] as const,
  )

describe('the window', () => {
  it('gives its page no Node and nothing of Electron but the bridge', async () => {
    const found = await running.window.evaluate(() => ({
      globals: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter(
        (name) => name in globalThis,
      ),
      bridge: Object.keys(studio).sort(),
    }))
    expect(found.globals).toEqual([])
    expect(found.bridge).toEqual([
      'answerClosing',
      'chooseDropped',
      'chooseFiles',
      'chooseFoundTensorFlow',
      'chooseSavePath',
      'notify',
      'openExternal',
      'request',
      'subscribe',
    ])
  })

  it('is sandboxed and isolated, with web security', async () => {
    const preferences = await running.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>
      }
      return contents.getLastWebPreferences()
    })
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    })
  })

  it('comes from the app’s own scheme under a strict policy', async () => {
    const page = await running.window.evaluate(async () => {
      const response = await fetch(location.href)
      return { origin: location.origin, policy: response.headers.get('content-security-policy') }
    })
    expect(page.origin).toBe('studio://app')
    expect(page.policy).toContain("default-src 'none'")
    expect(page.policy).toContain("script-src 'self'")
    expect(page.policy).not.toContain('unsafe')
  })

  it('serves no file outside its own pages', async () => {
    const statuses = await running.window.evaluate(() =>
      Promise.all(
        ['studio://app/..%2f..%2fpackage.json', 'studio://app/%2e%2e/engine.mjs', 'studio://app/none.js'].map(
          async (url) => (await fetch(url)).status,
        ),
      ),
    )
    expect(statuses).toEqual([404, 404, 404])
  })

  it('runs no inline script and no eval', async () => {
    const ran = await running.window.evaluate(async () => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.inlineRan = true'
      document.head.append(script)
      const evaluate = globalThis['eval' as keyof typeof globalThis] as unknown as (text: string) => unknown
      // The policy does not apply to the debugger's own calls, but it applies to a timer's.
      const evaluated = await new Promise((resolve) =>
        setTimeout(() => {
          try {
            resolve(evaluate('true'))
          } catch {
            resolve(false)
          }
        }),
      )
      return { inline: 'inlineRan' in globalThis, evaluated }
    })
    expect(ran).toEqual({ inline: false, evaluated: false })
  })

  it('navigates nowhere and opens no other window', async () => {
    const before = running.window.url()
    const opened = await running.window.evaluate(() => {
      location.href = 'https://example.com/'
      return window.open('https://example.com/') !== null
    })
    await requestsHandled(running.window)
    expect(opened).toBe(false)
    expect(running.window.url()).toBe(before)
    expect(running.app.windows()).toHaveLength(1)
  })

  it('reaches no other address and gets no permission', async () => {
    const result = await running.window.evaluate(async () => ({
      fetched: await fetch('https://example.com/').then(
        () => true,
        () => false,
      ),
      notifications: await Notification.requestPermission(),
      camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => true,
        () => false,
      ),
    }))
    expect(result).toEqual({ fetched: false, notifications: 'denied', camera: false })
  })

  it('opens only addresses of the allow-list outside', async () => {
    const opened = await running.window.evaluate(() =>
      Promise.all(['https://example.com/', 'file:///etc/passwd'].map((url) => studio.openExternal(url))),
    )
    expect(opened).toEqual([false, false])
  })
})

describe('the bridge', () => {
  it('answers a request', async () => {
    const { answer } = await asked('workspace.info', {})
    expect(answer).toMatchObject({ path: running.workspace, fresh: true })
  })

  it('turns down unknown requests, wrong bodies and oversized ones with plain data', async () => {
    expect((await asked('system.exec', { command: 'id' })).error).toMatchObject({ code: 'UnknownRequest' })
    expect((await asked('runs.show', { id: 5 })).error).toMatchObject({ code: 'InvalidRequest', field: 'id' })
    expect((await asked('runs.show', { id: 'none' })).error).toMatchObject({ code: 'NotFound' })
    const huge = { id: 'x'.repeat(9 * 1024 * 1024) }
    expect((await asked('runs.show', huge)).error).toMatchObject({ code: 'TooLarge' })
  })
})

describe('the engine', () => {
  it('is started again when it is killed, and the window is notified', async () => {
    await running.window.evaluate(() => {
      const seen: string[] = []
      Object.assign(globalThis, { seen })
      studio.subscribe((event) => seen.push(event.kind))
    })
    const killed = await enginePid(running.app)
    process.kill(killed, 'SIGKILL')
    await running.window.waitForFunction(
      () => {
        const { seen } = globalThis as unknown as { seen: string[] }
        return seen.includes('engineGone') && seen.indexOf('engineStarted') > seen.indexOf('engineGone')
      },
      undefined,
      { timeout: 15_000 },
    )
    expect(await enginePid(running.app)).not.toBe(killed)
    expect((await asked('workspace.info', {})).answer).toMatchObject({ path: running.workspace })
  })
})
