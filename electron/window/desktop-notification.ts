import { Notification, type BrowserWindow } from 'electron'
import { readPersonSettings } from '../../main/platform/person-settings.ts'

/**
 * Shows a notification on the desktop if the person's settings allow it at the moment. A click brings the window to the
 * front.
 */
export function desktopNotification(
  window: () => BrowserWindow,
  bringToFront: () => void,
): (title: string, body: string) => boolean {
  return (title, body) => {
    if (window().isDestroyed() || !Notification.isSupported()) return false
    const { notifications } = readPersonSettings().settings
    if (notifications === 'off' || (notifications === 'background' && window().isFocused())) return false
    const notification = new Notification({ title: withoutMarkup(title), body: withoutMarkup(body) })
    notification.on('click', bringToFront)
    notification.show()
    return true
  }
}

/** Desktops of Linux show links and load pictures that a notification's text has as markup, and names can be anything. */
const withoutMarkup = (text: string): string => text.replaceAll('<', '‹').replaceAll('>', '›')
