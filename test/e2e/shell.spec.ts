import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import type { WorkspaceAction } from '../../main/contract/workspaces.ts'
import { untilGone } from '../crash/processes.ts'
import { enginePid, launchApp, type RunningApp } from '../helpers/app.ts'
import { answerOpenDialog } from '../helpers/dialogs.ts'
import { requestsHandled } from '../helpers/settled.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'

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
      'chooseFolder',
      'chooseFoundTensorFlow',
      'chooseSavePath',
      'notify',
      'openExternal',
      'problemReport',
      'request',
      'saveReport',
      'subscribe',
      'systemLocale',
      'updates',
      'workspaceAction',
      'workspaces',
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
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
    })
    expect(preferences.enableBlinkFeatures ?? '').toBe('')
  })

  it('has no webview, and no way of its own to files, fonts, devices or screens', async () => {
    const found = await running.window.evaluate(async () => {
      const view = document.createElement('webview')
      view.setAttribute('src', 'https://example.com/')
      view.setAttribute('allowpopups', '')
      document.body.append(view)
      const apis =
        'showOpenFilePicker showSaveFilePicker showDirectoryPicker queryLocalFonts SharedWorker'.split(' ')
      const devices = ['usb', 'hid', 'serial', 'bluetooth', 'presentation']
      return {
        view: view instanceof HTMLUnknownElement || view.constructor === HTMLElement,
        apis: apis.filter((name) => name in globalThis),
        devices: devices.filter((name) => name in navigator),
        screen: await navigator.mediaDevices.getDisplayMedia().then(
          () => 'given',
          () => 'refused',
        ),
      }
    })
    expect(found).toEqual({ view: true, apis: [], devices: [], screen: 'refused' })
    expect(running.app.windows()).toHaveLength(1)
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
      permissions: await Promise.all(
        ['geolocation', 'midi', 'clipboard-read', 'persistent-storage', 'local-fonts'].map((name) =>
          navigator.permissions.query({ name: name as PermissionName }).then(
            ({ state }) => state,
            () => 'unknown',
          ),
        ),
      ),
      camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => true,
        () => false,
      ),
    }))
    expect(result.permissions).not.toContain('granted')
    expect(result).toMatchObject({ fetched: false, notifications: 'denied', camera: false })
  })

  it('looks up no name and sends nothing for WebRTC, hints or beacons', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'net-log-'))
    const log = join(folder, 'log.json')
    let received = 0
    const datagrams = createSocket('udp4').on('message', () => received++)
    datagrams.bind(0, '127.0.0.1')
    const connections = createServer((socket) => {
      received++
      socket.destroy()
    }).listen(0, '127.0.0.1')
    await Promise.all([once(datagrams, 'listening'), once(connections, 'listening')])
    const ports = { udp: datagrams.address().port, tcp: (connections.address() as AddressInfo).port }
    await running.app.evaluate(({ session }, path) => session.defaultSession.netLog.startLogging(path), log)
    const gathered = await running.window.evaluate(async ({ udp, tcp }) => {
      const here = `http://127.0.0.1:${tcp}`
      for (const rel of [
        'dns-prefetch',
        'preconnect',
        'prefetch',
        'preload',
        'modulepreload',
        'prerender',
        'icon',
      ]) {
        for (const href of [`https://${rel}-leak.example.com/`, `${here}/${rel}`]) {
          const link = document.createElement('link')
          Object.assign(link, { rel, href, as: 'image' })
          document.head.append(link)
        }
      }
      const link = document.createElement('a')
      Object.assign(link, { href: 'https://link-leak.example.com/', ping: `${here}/ping` })
      document.body.append(link)
      link.click()
      navigator.sendBeacon(`${here}/beacon`)
      new Image().src = `${here}/image`
      try {
        const peer = new RTCPeerConnection({
          iceServers: [
            { urls: [`stun:127.0.0.1:${udp}`, 'stun:stun-leak.example.com'] },
            { urls: `turn:127.0.0.1:${tcp}?transport=tcp`, username: 'leak', credential: 'leak' },
          ],
        })
        peer.createDataChannel('leak')
        const complete = new Promise((resolve) => {
          peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && resolve('complete')
        })
        await peer.setLocalDescription(await peer.createOffer())
        return await complete
      } catch (error) {
        return String(error)
      }
    }, ports)
    await requestsHandled(running.window)
    await running.app.evaluate(({ session }) => session.defaultSession.netLog.stopLogging())
    const logged = readFileSync(log, 'utf8')
    datagrams.close()
    connections.close()
    rmSync(folder, { recursive: true })
    expect(gathered).toBe('complete')
    expect(received).toBe(0)
    expect(logged).toContain('HOST_RESOLVER')
    expect(logged.match(/[\w-]*leak\.example\.com/g)).toBeNull()
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

describe('the shell', () => {
  it('answers no other page, even one that has the preload script', async () => {
    const answer = await running.app.evaluate(async ({ app, BrowserWindow }) => {
      const other = new BrowserWindow({
        show: false,
        webPreferences: { preload: `${app.getAppPath()}/dist/preload.cjs`, sandbox: true },
      })
      await other.loadURL('data:text/html,<p>another page</p>')
      const asked = `studio.request('workspace.info', {}).catch((error) => error)`
      const answer = (await other.webContents.executeJavaScript(asked)) as unknown
      other.destroy()
      return answer
    })
    expect(answer).toMatchObject({
      code: 'InvalidRequest',
      message: expect.stringContaining('not allowed') as string,
    })
  })

  it('contacts no other machine before a person has agreed', async () => {
    await running.app.evaluate(({ dialog }) => {
      dialog.showMessageBox = ((_window: unknown, question: { detail: string }) => {
        Object.assign(globalThis, { question: question.detail })
        return Promise.resolve({ response: 0, checkboxChecked: false })
      }) as unknown as typeof dialog.showMessageBox
    })
    const hosts = [{ name: 'a-secret.example.com', slots: 1 }]
    const { error } = await asked('cluster.check', { hosts, dataset: null, training: null })
    expect(error).toMatchObject({ code: 'Cancelled' })
    const question = await running.app.evaluate(
      () => (globalThis as unknown as { question: string }).question,
    )
    expect(question).toContain('a-secret.example.com')
  })

  it('opens one dialog at a time, however many a page asks for', async () => {
    await running.app.evaluate(({ dialog }) => {
      let shown = 0
      dialog.showOpenDialog = () => {
        Object.assign(globalThis, { shown: ++shown })
        return new Promise((resolve) => setImmediate(() => resolve({ canceled: true, filePaths: [] })))
      }
    })
    const answers = await running.window.evaluate(() =>
      Promise.all(
        Array.from({ length: 50 }, () =>
          studio.chooseFiles({ purpose: 'importData', title: '', many: false, extensions: [] }).then(
            () => 'cancelled',
            (error: unknown) => (error as { code: string }).code,
          ),
        ),
      ),
    )
    const shown = await running.app.evaluate(() => (globalThis as unknown as { shown: number }).shown)
    expect(answers.filter((answer) => answer === 'cancelled')).toHaveLength(shown)
    expect(answers).toContain('Busy')
  })
})

describe('workspaces', () => {
  const listed = async (path: string) =>
    (await running.window.evaluate(() => studio.workspaces())).recent.find((each) => each.path === path)
  const act = (action: WorkspaceAction, id?: string) =>
    running.window.evaluate(
      ([action, id]) => studio.workspaceAction(action, id).catch((error: unknown) => error),
      [action, id] as const,
    )

  it('open in a window of their own, are listed, found again after a move, and forgotten', async () => {
    const folder = await temporaryFolder()
    const [first, moved] = [join(folder, 'first'), join(folder, 'moved')]
    mkdirSync(join(first, 'datasets'), { recursive: true })
    await answerOpenDialog(running, first)
    expect(await act('open')).toBe(true)
    const other = await windowOf(first)
    await until('it is listed', async () => (await listed(first)) !== undefined)
    expect(await listed(first)).toMatchObject({ found: true, current: false })
    expect(await listed(running.workspace)).toMatchObject({ found: true, current: true })
    other.end()
    await untilGone(other.pid)

    renameSync(first, moved)
    const entry = await listed(first)
    expect(entry).toMatchObject({ found: false })
    await answerOpenDialog(running, folder)
    expect(await act('find', entry?.id)).toMatchObject({ code: 'NotFound' })
    await answerOpenDialog(running, moved)
    expect(await act('find', entry?.id)).toBe(true)
    const found = await windowOf(moved)
    await until('it is listed', async () => (await listed(moved)) !== undefined)
    expect(await listed(first)).toBeUndefined()
    found.end()
    await untilGone(found.pid)
    expect(await act('forget', (await listed(moved))?.id)).toBe(true)
    expect(await listed(moved)).toBeUndefined()
    expect(existsSync(join(moved, 'studio.db'))).toBe(true)
  })

  it('are never named by the page, and no window opens for what cannot be one', async () => {
    expect(await act('openRecent', '/etc')).toMatchObject({ code: 'NotFound' })
    const file = join(await temporaryFolder(), 'file')
    writeFileSync(file, '')
    await answerOpenDialog(running, file)
    expect(await act('open')).toMatchObject({ code: 'InvalidArgument', file })
  })
})

/** The process that has a workspace's window, once its engine has made the database. Chromium's lock names it. */
async function windowOf(workspace: string): Promise<{ pid: number; end: () => void }> {
  const lock = join(workspace, '.window', 'SingletonLock')
  const isLocked = () => lstatSync(lock, { throwIfNoEntry: false }) !== undefined
  await until('the window is open', () => isLocked() && existsSync(join(workspace, 'studio.db')))
  const pid = Number(readlinkSync(lock).split('-').at(-1))
  return { pid, end: () => void process.kill(pid, 'SIGTERM') }
}

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

describe('a page that crashes', () => {
  it('is loaded again and says so', async () => {
    const notice = await running.app.evaluate(async ({ BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!
      const loaded = new Promise((resolve) => webContents.once('did-finish-load', () => resolve(null)))
      webContents.forcefullyCrashRenderer()
      await loaded
      const script = `new Promise((resolve) => {
        const look = () => {
          const notice = document.querySelector('[data-testid=shell-notice]')
          notice ? resolve(notice.textContent) : requestAnimationFrame(look)
        }
        look()
      })`
      return webContents.executeJavaScript(script) as Promise<string>
    })
    expect(notice).toContain('ended unexpectedly (it crashed) and was loaded again.')
  })
})
