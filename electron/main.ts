/** The shell: one window on a supervised engine. */
import { join } from 'node:path'
import { app, dialog, session } from 'electron'
import { toErrorData } from '../main/contract/errors.ts'
import { ClosingQuestion } from './closing/ask-before-closing.ts'
import { closeWithCare } from './closing/close-window.ts'
import { EngineWork } from './closing/engine-work.ts'
import { hasTray } from './closing/has-tray.ts'
import { recentWorkspaces } from '../main/platform/recent-workspaces.ts'
import { defaultWorkspace } from '../main/platform/workspace.ts'
import { takeGpuCrash } from './crashes/gpu-crash.ts'
import { ShellLog } from './crashes/shell-log.ts'
import { watchProcesses } from './crashes/watch-processes.ts'
import { chooseEngine } from './engine/choose-engine.ts'
import { installedEngine } from './engine/installed-engine.ts'
import { EngineSupervisor } from './engine/supervisor.ts'
import { developmentServer, driverAttached, onReplaced } from './development.ts'
import { confirmsHosts, fileDialogs } from './dialogs.ts'
import { canBePassedOn } from './opening/opened.ts'
import { openedAtStart, receiveOpened } from './opening/receive-opened.ts'
import { serveIpc, sendToPage } from './ipc.ts'
import { problemReports, saveUnseen } from './problem-report.ts'
import { registerAppScheme, serveApp, serveFromDevelopmentServer } from './security/app-protocol.ts'
import { FileGrants } from './security/file-grants.ts'
import { HostConsent } from './security/host-consent.ts'
import { closeNetwork } from './security/no-network.ts'
import { refuseNavigation, stayWithApp } from './security/navigation.ts'
import { openLink } from './security/open-link.ts'
import { hardenSession } from './security/session-hardening.ts'
import { startUpdatedVersion } from './updates/forward.ts'
import { offerUpdates } from './updates/offer-updates.ts'
import { readFeed } from './updates/release.ts'
import { offerContextMenus } from './window/context-menu.ts'
import { desktopNotification } from './window/desktop-notification.ts'
import { setMenu } from './window/menu.ts'
import { applyTheme, bringToFront, openStudioWindow } from './window/studio-window.ts'
import { dropForeignLock, recordPlace, windowFolder } from './window-folder.ts'
import { firstWorkspace } from './workspaces/first-workspace.ts'
import { Workspaces } from './workspaces/workspaces.ts'

/** An installed engine is beside the archive with the shell, because Node reads no archive. */
const appFolder = app.isPackaged ? join(process.resourcesPath, 'engine') : join(__dirname, '..')
const { path: workspace, missed } = firstWorkspace(process.argv, process.env)

app.setName('DLRM Studio')
// There is one shell for each workspace: the lock, the window's position and the log are in the folder of this
// workspace's window.
if (workspace) {
  const folder = windowFolder(workspace, app.getPath('userData'))
  dropForeignLock(folder)
  app.setPath('userData', folder)
}

/** Builds for development have none. */
const feed = app.isPackaged ? readFeed(join(__dirname, 'update-feed.json')) : null
let withoutGpu = false
const atStart = openedAtStart()
const deliverOpened = receiveOpened(atStart)
if (app.isPackaged && startUpdatedVersion(process.execPath, process.argv)) app.exit()
else if (!canBePassedOn(process.argv, process.cwd(), atStart)) {
  fail(new Error('Too many files were opened at once. Open fewer, or drop them on the window.'))
} else if (!app.requestSingleInstanceLock(atStart)) app.quit()
else {
  if (workspace) recordPlace(app.getPath('userData'))
  withoutGpu = takeGpuCrash(app.getPath('userData'))
  if (withoutGpu) app.disableHardwareAcceleration()
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  registerAppScheme()
  closeNetwork(feed ? [new URL(feed.url).hostname] : [])
  refuseNavigation()
  const driven = driverAttached()
  void app
    .whenReady()
    .then(() => driven)
    .then(open, fail)
}

function open(): void {
  applyTheme()
  const server = app.isPackaged ? null : developmentServer(process.env)
  hardenSession(session.defaultSession, server)
  if (server) serveFromDevelopmentServer(server)
  else serveApp(join(__dirname, 'renderer'))

  const logFolder = join(app.getPath('userData'), 'logs')
  const log = new ShellLog(join(logFolder, 'shell.log'))
  const supervisor = new EngineSupervisor(
    (app.isPackaged ? installedEngine : chooseEngine)(
      {
        file: join(appFolder, 'dist', 'engine.mjs'),
        env: { ...process.env, ...(workspace && { DLRM_STUDIO_WORKSPACE: workspace }) },
        logFile: join(logFolder, 'engine.log'),
      },
      appFolder,
    ),
    (event) => {
      if (event.kind === 'engineStarted') workspaces.used()
      if (event.kind === 'engineGone') log.write(event.message)
      if (event.kind === 'changed' && event.what === 'settings') applyTheme()
      work.heard(event)
      sendToPage(window, event)
    },
  )
  const workspaces = new Workspaces({
    window: () => window,
    current: workspace ?? defaultWorkspace(),
    missed,
    onChange: () => showMenu(),
  })
  const reports = problemReports({ window: () => window, supervisor, workspace, logFolder })
  const grants = new FileGrants()
  const notify = desktopNotification(
    () => window,
    () => bringToFront(window),
  )
  const work: EngineWork = new EngineWork(supervisor)
  const consent = new HostConsent((hosts) => confirmsHosts(window, hosts))
  serveIpc({
    request: (name, body) => {
      const files = grants.redeem(body)
      return consent.request((hosts) => supervisor.request(name, body, files, hosts))
    },
    openExternal: openLink,
    workspaces: () => workspaces.list(),
    workspaceAction: (action, id) => workspaces.act(action, id),
    systemLocale: () => app.getSystemLocale(),
    ...fileDialogs({ window: () => window, grants, supervisor }),
    notify,
    answerClosing: (answer) => question.answer(answer),
    updates: (action) => updates.act(action),
    problemReport: reports.compose,
    saveReport: reports.save,
  })
  const window = openStudioWindow({
    preload: join(__dirname, 'preload.cjs'),
    stateFile: join(app.getPath('userData'), 'window.json'),
    devTools: !app.isPackaged,
  })
  const question = new ClosingQuestion({ window, work, send: (event) => sendToPage(window, event), hasTray })
  offerContextMenus(window)
  const showMenu = () =>
    setMenu(
      {
        sendToPage: (command) => sendToPage(window, { kind: 'menu', command }),
        workspace: (action, id) => void workspaces.actFromMenu(action, id),
        restartEngine: () =>
          void question.ask('restart').then((decision) => decision !== 'keep' && supervisor.startAgain()),
      },
      recentWorkspaces().filter(({ path }) => path !== (workspace ?? defaultWorkspace())),
      !app.isPackaged,
    )
  showMenu()
  // Other windows change the list as well, and the window that was used last is opened at the next start.
  window.on('focus', () => supervisor.status?.kind === 'engineStarted' && workspaces.used())
  stayWithApp(window)
  watchProcesses({
    window,
    log,
    withoutGpu,
    send: (event) => sendToPage(window, event),
    saveReport: () => saveUnseen(reports),
  })
  window.webContents.on('did-navigate', () => grants.forget())
  window.webContents.on('did-finish-load', () => {
    if (supervisor.status) sendToPage(window, supervisor.status)
  })
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
  const quit = closeWithCare({ window, question, work, supervisor, notify, reloads: server !== null })
  const updates = offerUpdates({
    feed,
    work,
    log,
    emit: (status) => sendToPage(window, { kind: 'update', status }),
    quit,
  })
}

function fail(error: unknown): void {
  dialog.showErrorBox('DLRM Studio cannot start', toErrorData(error).message)
  app.exit(1)
}
