import type { ClosingAnswer } from '../../main/contract/closing.ts'
import { toErrorData, type ErrorData } from '../../main/contract/errors.ts'
import type { ReportSection } from '../../main/contract/problem-report.ts'
import type { ChosenFile } from '../../main/contract/file-handles.ts'
import { isLargerThan } from '../../main/contract/message-size.ts'
import type { KnownWorkspaces, WorkspaceAction } from '../../main/contract/workspaces.ts'
import type { UpdateAction, UpdateStatus } from '../../main/contract/updates.ts'
import { MAX_REQUEST_BYTES } from '../../main/contract/requests.ts'
import type { Answer } from '../engine/supervisor.ts'
import { shellMessage, type MessageOf } from './shell-message.ts'

/** The shell's services for a page. */
export interface ShellServices {
  request(name: string, body: unknown): Promise<Answer>
  chooseFiles(options: MessageOf<'chooseFiles'>): Promise<ChosenFile[] | null>
  chooseSavePath(options: MessageOf<'chooseSavePath'>): Promise<ChosenFile | null>
  chooseFolder(options: MessageOf<'chooseFolder'>): Promise<ChosenFile | null>
  chooseFoundTensorFlow(): Promise<ChosenFile | null>
  chooseDropped(paths: string[]): ChosenFile[]
  /** Returns true if a notification of the desktop was shown. */
  notify(title: string, text: string): boolean
  openExternal(url: string): Promise<boolean>
  answerClosing(answer: ClosingAnswer): void
  workspaces(): Promise<KnownWorkspaces>
  workspaceAction(action: WorkspaceAction, id: string | undefined): Promise<boolean>
  systemLocale(): string
  updates(action: UpdateAction): UpdateStatus
  problemReport(): Promise<ReportSection[]>
  saveReport(text: string): Promise<string | null>
}

/** Checks one message from a page's preload script and handles it. Never rejects. */
export async function answerMessage(message: unknown, services: ShellServices): Promise<Answer> {
  if (isLargerThan(message, MAX_REQUEST_BYTES)) {
    const limit = (MAX_REQUEST_BYTES / 1e6).toFixed(1)
    return refuse({ code: 'TooLarge', message: `A request must not be larger than ${limit} MB.` })
  }
  const { success, data } = shellMessage.safeParse(message)
  if (!success) return refuse({ code: 'InvalidRequest', message: 'The shell does not know this message.' })
  try {
    switch (data.kind) {
      case 'request':
        return await services.request(data.name, data.body)
      case 'chooseFiles':
        return { ok: true, body: await services.chooseFiles(data) }
      case 'chooseSavePath':
        return { ok: true, body: await services.chooseSavePath(data) }
      case 'chooseFolder':
        return { ok: true, body: await services.chooseFolder(data) }
      case 'chooseFoundTensorFlow':
        return { ok: true, body: await services.chooseFoundTensorFlow() }
      case 'chooseDropped':
        return { ok: true, body: services.chooseDropped(data.paths) }
      case 'notify':
        return { ok: true, body: services.notify(data.title, data.text) }
      case 'openExternal':
        return { ok: true, body: await services.openExternal(data.url) }
      case 'updates':
        return { ok: true, body: services.updates(data.action) }
      case 'problemReport':
        return { ok: true, body: await services.problemReport() }
      case 'saveReport':
        return { ok: true, body: await services.saveReport(data.text) }
      case 'answerClosing':
        services.answerClosing(data.answer)
        return { ok: true, body: undefined }
      case 'workspaces':
        return { ok: true, body: await services.workspaces() }
      case 'workspaceAction':
        return { ok: true, body: await services.workspaceAction(data.action, data.id) }
      case 'systemLocale':
        return { ok: true, body: services.systemLocale() }
    }
  } catch (error) {
    return refuse(toErrorData(error))
  }
}

const refuse = (error: ErrorData): Answer => ({ ok: false, error })
