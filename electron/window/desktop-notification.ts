import { Notification, type BrowserWindow } from 'electron'

/** Tells on the desktop what the window would tell nobody: only while it has not the focus. A click brings it to front. */
export function desktopNotification(
  window: () => BrowserWindow,
  bringToFront: () => void,
): (title: string, body: string) => boolean {
  return (title, body) => {
    if (window().isDestroyed() || window().isFocused() || !Notification.isSupported()) return false
    const notification = new Notification({ title, body })
    notification.on('click', bringToFront)
    notification.show()
    return true
  }
}
