import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron'
import type { EngineEvent, ShellEvent } from '../main/contract/events.ts'
import type { Answer } from './engine/supervisor.ts'
import { answerMessage, type ShellServices } from './bridge/answer-message.ts'
import { CHANNEL } from './bridge/shell-message.ts'
import { isAppUrl } from './security/app-path.ts'

/** Answers messages of the app's own page in its top frame. All others are refused unread. */
export function serveIpc(services: ShellServices): void {
  ipcMain.handle(CHANNEL, (event, message: unknown): Promise<Answer> | Answer => {
    if (isOwnPage(event)) return answerMessage(message, services)
    return {
      ok: false,
      error: { code: 'InvalidRequest', message: 'This page is not allowed to send requests.' },
    }
  })
}

function isOwnPage({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isAppUrl(senderFrame.url)
}

export function sendToPage(window: BrowserWindow, event: EngineEvent | ShellEvent): void {
  if (!window.isDestroyed()) window.webContents.send(CHANNEL, event)
}
