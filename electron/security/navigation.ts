import { app, type BrowserWindow } from 'electron'
import { APP_URL, isAppPage } from './app-path.ts'
import { openLink } from './open-link.ts'

/** The pages of the app never navigate anywhere, open no window and embed nothing. Links go through the allow-list. */
export function refuseNavigation(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-frame-navigate', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      void openLink(url)
      return { action: 'deny' }
    })
  })
}

/**
 * Brings the app back if its window shows another page nevertheless. Chromium does not ask before it goes to
 * about:blank or shows an error, and a page can give itself another address of the app's own and be loaded again from
 * there.
 */
export function stayWithApp({ webContents }: BrowserWindow): void {
  const comeBack = (): void => {
    if (webContents.isDestroyed() || isAppPage(webContents.getURL())) return
    void webContents.loadURL(APP_URL).then(
      // The history must not lead back to the other page.
      () => webContents.navigationHistory.clear(),
      () => undefined,
    )
  }
  webContents.on('did-navigate', comeBack)
  webContents.on('did-navigate-in-page', comeBack)
  // A navigation may end with an error's page, or be abandoned for another one.
  webContents.on('did-stop-loading', comeBack)
}
