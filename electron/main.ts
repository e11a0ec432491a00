/** The shell: one window on a supervised engine. */
import { join } from 'node:path'
import { app, dialog, nativeTheme, session, shell, type BrowserWindow } from 'electron'
import type { BackendStatus } from '../main/contract/backends.ts'
import { toErrorData } from '../main/contract/errors.ts'
import { ClosingQuestion } from './closing/ask-before-closing.ts'
import { closeWithCare } from './closing/close-window.ts'
import { EngineWork } from './closing/engine-work.ts'
import { hasTray } from './closing/has-tray.ts'
import { chooseEngine } from './engine/choose-engine.ts'
import { EngineSupervisor } from './engine/supervisor.ts'
import { developmentServer, onReplaced } from './development.ts'
import { confirmsHosts, fileDialogs } from './dialogs.ts'
import { canBePassedOn } from './opening/opened.ts'
import { openedAtStart, receiveOpened } from './opening/receive-opened.ts'
import { serveIpc, sendToPage } from './ipc.ts'
import { registerAppScheme, serveApp, serveFromDevelopmentServer } from './security/app-protocol.ts'
import { FileGrants } from './security/file-grants.ts'
import { HostConsent } from './security/host-consent.ts'
import { closeNetwork } from './security/no-network.ts'
import { refuseNavigation, stayWithApp } from './security/navigation.ts'
import { openLink } from './security/open-link.ts'
import { hardenSession } from './security/session-hardening.ts'
import { offerContextMenus } from './window/context-menu.ts'
import { desktopNotification } from './window/desktop-notification.ts'
import { setMenu } from './window/menu.ts'
import { openStudioWindow } from './window/studio-window.ts'
import { windowFolder } from './window-folder.ts'
import { namedWorkspace } from './workspace-argument.ts'

const appFolder = join(__dirname, '..')
const workspace = namedWorkspace(process.argv, process.env)

app.setName('DLRM Studio')
// There is one shell for each workspace: the lock, the window's position and the log are in the folder of this
// workspace's window.
if (workspace) app.setPath('userData', windowFolder(workspace, app.getPath('userData')))

const atStart = openedAtStart()
const deliverOpened = receiveOpened(atStart)
if (!canBePassedOn(process.argv, process.cwd(), atStart)) {
  fail(new Error('Too many files were opened at once. Open fewer, or drop them on the window.'))
} else if (!app.requestSingleInstanceLock(atStart)) app.quit()
else {
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  registerAppScheme()
  closeNetwork()
  refuseNavigation()
  const driven = driverAttached()
  void app
    .whenReady()
    .then(() => driven)
    .then(open, fail)
}

/**
 * Playwright waits for ever if the page's first navigation ends while it attaches to it. Tests therefore open the
 * window only when Playwright, through this function's name, says that it has attached to the shell.
 */
function driverAttached(): Promise<void> | undefined {
  if (process.env.DLRM_STUDIO_AWAIT_PLAYWRIGHT !== '1') return undefined
  return new Promise((resolve) => Object.assign(globalThis, { __playwright_run: () => resolve() }))
}

function open(): void {
  nativeTheme.themeSource = 'system'
  const server = app.isPackaged ? null : developmentServer(process.env)
  hardenSession(session.defaultSession, server)
  if (server) serveFromDevelopmentServer(server)
  else serveApp(join(__dirname, 'renderer'))

  const supervisor = new EngineSupervisor(
    chooseEngine(
      {
        file: join(__dirname, 'engine.mjs'),
        env: { ...process.env, ...(workspace && { DLRM_STUDIO_WORKSPACE: workspace }) },
        logFile: join(app.getPath('userData'), 'logs', 'engine.log'),
      },
      appFolder,
    ),
    (event) => sendToPage(window, event),
  )
  const grants = new FileGrants()
  const notify = desktopNotification(
    () => window,
    () => bringToFront(window),
  )
  const work = new EngineWork(supervisor)
  const consent = new HostConsent((hosts) => confirmsHosts(window, hosts))
  serveIpc({
    request: (name, body) => {
      const files = grants.redeem(body)
      return consent.request((hosts) => supervisor.request(name, body, files, hosts))
    },
    openExternal: openLink,
    ...fileDialogs({ window: () => window, grants, findTensorFlow: () => foundTensorFlow(supervisor) }),
    notify,
    answerClosing: (answer) => question.answer(answer),
  })
  const window = openStudioWindow({
    preload: join(__dirname, 'preload.cjs'),
    stateFile: join(app.getPath('userData'), 'window.json'),
    devTools: !app.isPackaged,
  })
  const question = new ClosingQuestion({ window, work, send: (event) => sendToPage(window, event), hasTray })
  offerContextMenus(window)
  setMenu(
    {
      sendToPage: (command) => sendToPage(window, { kind: 'menu', command }),
      openWorkspaceFolder: () => void openWorkspaceFolder(supervisor),
      restartEngine: () => void restartEngine(question, supervisor),
    },
    !app.isPackaged,
  )
  stayWithApp(window)
  window.webContents.on('did-navigate', () => grants.forget())
  window.webContents.on('did-finish-load', () => supervisor.status && sendToPage(window, supervisor.status))
  supervisor.start()
  if (server) {
    for (const file of ['dist/engine.mjs', 'native/dlrm-native.node']) {
      onReplaced(join(appFolder, file), () => supervisor.startAgain())
    }
  }
  deliverOpened({
    window,
    grants,
    send: (event) => sendToPage(window, event),
    bringToFront: () => bringToFront(window),
  })
  closeWithCare({ window, question, work, supervisor, notify })
}

function bringToFront(window: BrowserWindow): void {
  if (window.isDestroyed()) return
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

async function restartEngine(question: ClosingQuestion, supervisor: EngineSupervisor): Promise<void> {
  if ((await question.ask('restart')) !== 'keep') supervisor.startAgain()
}

/** The engine also knows the path of the default workspace. */
async function openWorkspaceFolder(supervisor: EngineSupervisor): Promise<void> {
  const answer = await supervisor.request('workspace.info', {})
  if (answer.ok) await shell.openPath((answer.body as { path: string }).path)
}

/** The folder comes from the engine, because the page could name any folder. */
async function foundTensorFlow(supervisor: EngineSupervisor): Promise<string | null> {
  const answer = await supervisor.request('backends.status', {})
  const found = answer.ok ? (answer.body as Pick<BackendStatus, 'found'>).found : null
  return found?.usable ? found.folder : null
}

function fail(error: unknown): void {
  dialog.showErrorBox('DLRM Studio cannot start', toErrorData(error).message)
  app.exit(1)
}
