import { app, BrowserWindow, nativeTheme, screen } from 'electron'
import { readPersonSettings } from '../../main/platform/person-settings.ts'
import { APP_URL } from '../security/app-path.ts'
import { readWindowState, MIN_SIZE, usableBounds, writeWindowState } from './window-state.ts'

/** What a page could use to reach files, devices and fonts without the shell. The app needs none of it. */
const UNUSED_FEATURES = [
  'FileSystemAccess',
  'FileSystemAccessLocal',
  'FontAccess',
  'Presentation',
  'Serial',
  'SharedWorker',
  'WebBluetooth',
  'WebHID',
  'WebUSB',
]

export interface StudioWindowOptions {
  preload: string
  /** The JSON file that stores size and position. */
  stateFile: string
  devTools: boolean
}

/** Opens the app's one window: sandboxed, isolated, without Node, at its last position. */
export function openStudioWindow({ preload, stateFile, devTools }: StudioWindowOptions): BrowserWindow {
  const saved = readWindowState(stateFile)
  const workAreas = screen.getAllDisplays().map((display) => display.workArea)
  const window = new BrowserWindow({
    ...usableBounds(saved, workAreas),
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    title: 'DLRM Studio',
    show: false,
    // The page's own background, so that nothing flashes before it is drawn.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#141414' : '#ffffff',
    webPreferences: {
      preload,
      devTools,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      disableBlinkFeatures: UNUSED_FEATURES.join(),
    },
  })
  if (saved?.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () =>
    writeWindowState(stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() }),
  )
  if (app.getVersion().endsWith('-dev')) sayDevelopmentBuild(window)
  void window.loadURL(APP_URL)
  return window
}

/** A package that is no release, whose version `npm run dist` ends with -dev, is not mistaken for one. */
function sayDevelopmentBuild(window: BrowserWindow): void {
  window.on('page-title-updated', (event, title) => {
    event.preventDefault()
    window.setTitle(`${title} (development build)`)
  })
}

/** Shows a window that is hidden, minimised or behind others. */
export function bringToFront(window: BrowserWindow): void {
  if (window.isDestroyed()) return
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** The page's preferred colours and the system's own parts of the window follow the person's choice. */
export function applyTheme(): void {
  nativeTheme.themeSource = readPersonSettings().settings.theme
}
