import { Notification, type BrowserWindow } from 'electron'

/**
 * Shows a notification on the desktop, but only while the window does not have the focus. A click brings the window to
 * the front.
 */
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
