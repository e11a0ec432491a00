/**
 * The frames of the one message channel between renderer and engine, of which the shell reads only the size and the
 * handles of files; and the bridge that the preload script exposes, which is the renderer's only access to anything
 * else.
 */
import { z } from 'zod'
import type { ClosingAnswer } from './closing.ts'
import { errorData } from './errors.ts'
import type { EngineEvent, ShellEvent } from './events.ts'
import {
  grantedFile,
  type ChosenFile,
  type FolderPurpose,
  type ReadPurpose,
  type SavePurpose,
} from './file-handles.ts'
import type { KnownWorkspaces, WorkspaceAction } from './workspaces.ts'
import type { ReportSection } from './problem-report.ts'
import type { UpdateAction, UpdateStatus } from './updates.ts'
import type { RequestName, RequestOf, ResponseOf } from './requests.ts'

export const requestFrame = z.strictObject({
  id: z.int().min(0),
  name: z.string().max(100),
  body: z.unknown(),
  /** The files of the handles in the body. Only the shell can set them, never a page. */
  files: z.array(grantedFile).optional(),
  /** The other machines that a person has agreed to log in to. Only the shell can set them, never a page. */
  hosts: z.array(z.string().max(253)).optional(),
})
export type RequestFrame = z.infer<typeof requestFrame>

export const answerFrame = z.union([
  z.object({ id: z.int(), ok: z.literal(true), body: z.unknown() }),
  z.object({ id: z.int(), ok: z.literal(false), error: errorData }),
])
export type AnswerFrame = z.infer<typeof answerFrame>

export interface EventFrame {
  event: EngineEvent
}

/** The engine's first message: it serves, or it cannot start, and starting it again would not help. */
export const startFrame = z.union([z.object({ ready: z.literal(true) }), z.object({ failed: errorData })])
export type StartFrame = z.infer<typeof startFrame>

/** The engine's argument if another engine of this shell has served the workspace before. */
export const SERVED_BEFORE = '--served-before'

/** The type of window.studio in the renderer. */
export interface StudioBridge {
  /** Rejects with ErrorData as plain data. */
  request<Name extends RequestName>(name: Name, body: RequestOf<Name>): Promise<ResponseOf<Name>>
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: EngineEvent | ShellEvent) => void): () => void
  /**
   * The system's dialogs. They return null if the user cancelled, or did not confirm that code is loaded. A returned
   * handle is valid only for requests of its purpose: for some hours (reading) or for one request within minutes
   * (writing).
   */
  chooseFiles(options: OpenOptions): Promise<ChosenFile[] | null>
  chooseSavePath(options: SaveOptions): Promise<ChosenFile | null>
  chooseFolder(options: FolderOptions): Promise<ChosenFile | null>
  /** The TensorFlow of this machine's Python, after the user has confirmed that it may be loaded. */
  chooseFoundTensorFlow(): Promise<ChosenFile | null>
  /** Files that were dropped on the window, for an import. Rejects if one of them is not on a disk of this machine. */
  chooseDropped(files: File[]): Promise<ChosenFile[]>
  /** A notification of the desktop, which is shown when the person's settings say so. */
  notify(title: string, text: string): Promise<boolean>
  /** Answers the question of a `closing` event. */
  answerClosing(answer: ClosingAnswer): Promise<void>
  /** Does something about the app's update. An `update` event reports each change. */
  updates(action: UpdateAction): Promise<UpdateStatus>
  /** The parts of a problem report, without names of data, of the user and of the machine. */
  problemReport(): Promise<ReportSection[]>
  /** Asks where to save a text, and saves it. Resolves to the path, or null if the user cancelled. */
  saveReport(text: string): Promise<string | null>
  /** Opens only addresses of the shell's allow-list. */
  openExternal(url: string): Promise<boolean>
  /** The workspaces that this person has opened. */
  workspaces(): Promise<KnownWorkspaces>
  /** Resolves to false if the person cancelled. Rejects with a sentence about what keeps it from being done. */
  workspaceAction(action: WorkspaceAction, id?: string): Promise<boolean>
  /** The language and region of the system's formats, such as de-AT. */
  systemLocale(): Promise<string>
}

export interface OpenOptions {
  purpose: ReadPurpose
  title: string
  many: boolean
  extensions: string[]
}

export interface FolderOptions {
  purpose: FolderPurpose
  title: string
}

export interface SaveOptions {
  purpose: SavePurpose
  title: string
  /** A file's name without its folder. */
  suggestedName: string
}
