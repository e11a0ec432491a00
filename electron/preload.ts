import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { ClosingAnswer } from '../main/contract/closing.ts'
import type { UpdateAction } from '../main/contract/updates.ts'
import type { FolderOptions, OpenOptions, SaveOptions, StudioBridge } from '../main/contract/channel.ts'
import type { ErrorData } from '../main/contract/errors.ts'
import type { EngineEvent, ShellEvent } from '../main/contract/events.ts'
import type { WorkspaceAction } from '../main/contract/workspaces.ts'
import type { Answer } from './engine/supervisor.ts'
import type { ShellMessage } from './bridge/shell-message.ts'

const CHANNEL = 'studio'

async function ask(message: ShellMessage): Promise<unknown> {
  const answer = (await ipcRenderer.invoke(CHANNEL, message)) as Answer
  // Plain data instead of an Error, because the context bridge would strip an Error of everything except its message.
  return answer.ok ? answer.body : Promise.reject(answer.error)
}

// The shell decides then, as it does when the window is closed (electron/closing/close-window.ts): what this page has heard
// may be older than what the shell knows.
window.addEventListener('beforeunload', (event) => event.preventDefault())

type Listener = (event: EngineEvent | ShellEvent) => void
/** Each subscription is separate, so that a function that subscribes twice can end one of the two. */
const listeners = new Set<{ call: Listener }>()
ipcRenderer.on(CHANNEL, (_, event: EngineEvent | ShellEvent) => {
  for (const { call } of listeners) {
    try {
      call(event)
    } catch (error) {
      // A failure of one listener must not affect the others.
      console.error('A listener of window.studio failed:', error)
    }
  }
})

function subscribe(listener: unknown): () => void {
  if (typeof listener !== 'function') throw new TypeError('subscribe needs a function.')
  const subscription = { call: listener as Listener }
  listeners.add(subscription)
  return () => void listeners.delete(subscription)
}

/** A page may pass anything. What is not an object has no fields, and the shell refuses what is missing or wrong. */
function fieldsOf<Options>(options: Options | null | undefined): Options {
  return options ?? ({} as Options)
}

/** A file that a script created has no path, and no page can give it one. */
function pathsOf(files: unknown): string[] {
  const wrong: ErrorData = {
    code: 'InvalidRequest',
    message: 'Only files that were dropped on the window can be imported.',
  }
  if (!Array.isArray(files)) throw wrong
  return files.map((file: unknown) => {
    const path = file instanceof File ? webUtils.getPathForFile(file) : ''
    if (path === '') throw wrong
    return path
  })
}

// Each message is built from named fields, so that nothing that a page adds becomes part of it.
const bridge = {
  request: (name: unknown, body: unknown) => ask({ kind: 'request', name: name as string, body }),
  subscribe,
  chooseFiles: (options?: OpenOptions) => {
    const { purpose, title, many, extensions } = fieldsOf(options)
    return ask({ purpose, title, many, extensions, kind: 'chooseFiles' })
  },
  chooseSavePath: (options?: SaveOptions) => {
    const { purpose, title, suggestedName } = fieldsOf(options)
    return ask({ purpose, title, suggestedName, kind: 'chooseSavePath' })
  },
  chooseFolder: (options?: FolderOptions) => {
    const { purpose, title } = fieldsOf(options)
    return ask({ purpose, title, kind: 'chooseFolder' })
  },
  chooseFoundTensorFlow: () => ask({ kind: 'chooseFoundTensorFlow' }),
  chooseDropped: async (files: unknown) => ask({ kind: 'chooseDropped', paths: pathsOf(files) }),
  notify: (title: unknown, text: unknown) =>
    ask({ kind: 'notify', title: title as string, text: text as string }),
  answerClosing: (answer: unknown) => ask({ kind: 'answerClosing', answer: answer as ClosingAnswer }),
  updates: (action: unknown) => ask({ kind: 'updates', action: action as UpdateAction }),
  problemReport: () => ask({ kind: 'problemReport' }),
  saveReport: (text: unknown) => ask({ kind: 'saveReport', text: text as string }),
  openExternal: (url: unknown) => ask({ kind: 'openExternal', url: url as string }),
  workspaces: () => ask({ kind: 'workspaces' }),
  workspaceAction: (action: unknown, id: unknown) =>
    ask({ kind: 'workspaceAction', action: action as WorkspaceAction, id: id as string | undefined }),
  systemLocale: () => ask({ kind: 'systemLocale' }),
} satisfies Record<keyof StudioBridge, unknown>

contextBridge.exposeInMainWorld('studio', bridge)
