import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { StudioBridge } from '../main/contract/channel.ts'
import type { EngineEvent, ShellEvent } from '../main/contract/events.ts'
import type { Answer } from './engine/supervisor.ts'
import type { ShellMessage } from './bridge/shell-message.ts'

const CHANNEL = 'studio'

async function ask(message: ShellMessage): Promise<unknown> {
  const answer = (await ipcRenderer.invoke(CHANNEL, message)) as Answer
  // Plain data, not an Error: the context bridge would strip an Error of everything but its message.
  return answer.ok ? answer.body : Promise.reject(answer.error)
}

type Listener = (event: EngineEvent | ShellEvent) => void
const listeners = new Set<Listener>()
ipcRenderer.on(CHANNEL, (_, event: EngineEvent | ShellEvent) => {
  for (const listener of listeners) listener(event)
})

const bridge = {
  request: (name: string, body: unknown) => ask({ kind: 'request', name, body }),
  subscribe: (listener: Listener) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  },
  chooseFiles: (options) => ask({ kind: 'chooseFiles', ...options }) as Promise<string[] | null>,
  chooseSavePath: (options) => ask({ kind: 'chooseSavePath', ...options }) as Promise<string | null>,
  openExternal: (url) => ask({ kind: 'openExternal', url }) as Promise<boolean>,
  pathOfFile: (file) => webUtils.getPathForFile(file),
} as StudioBridge

contextBridge.exposeInMainWorld('studio', bridge)
