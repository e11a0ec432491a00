/**
 * The frames of the one message channel between renderer and engine; the shell passes them on and looks at nothing but
 * their size and the handles of files in them. And the bridge that the preload script exposes, the renderer's only way out.
 */
import { z } from 'zod'
import { errorData } from './errors.ts'
import type { EngineEvent, ShellEvent } from './events.ts'
import { grantedFile, type ChosenFile, type ReadPurpose, type WritePurpose } from './file-handles.ts'
import type { RequestName, RequestOf, ResponseOf } from './requests.ts'

export const requestFrame = z.strictObject({
  id: z.int().min(0),
  name: z.string().max(100),
  body: z.unknown(),
  /** What the file handles in the body stand for: the shell's word, which no page can send. */
  files: z.array(grantedFile).optional(),
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

/** The engine's first word: it serves, or it cannot (and starting it again would not help). */
export const startFrame = z.union([z.object({ ready: z.literal(true) }), z.object({ failed: errorData })])
export type StartFrame = z.infer<typeof startFrame>

/** window.studio in the renderer. */
export interface StudioBridge {
  /** Rejects with ErrorData as plain data. */
  request<Name extends RequestName>(name: Name, body: RequestOf<Name>): Promise<ResponseOf<Name>>
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: EngineEvent | ShellEvent) => void): () => void
  /**
   * The system's dialogs; null when the user cancelled, or did not confirm that code is loaded. What comes back is good
   * for requests of that purpose only, for some hours (reading) or for one request within minutes (writing).
   */
  chooseFiles(options: OpenOptions): Promise<ChosenFile[] | null>
  chooseSavePath(options: SaveOptions): Promise<ChosenFile | null>
  /** The TensorFlow that this machine's Python has, once the user has confirmed that it is loaded. */
  chooseFoundTensorFlow(): Promise<ChosenFile | null>
  /** Files that were dropped on the window, to be imported. Rejects where one of them is not on this machine's disk. */
  chooseDropped(files: File[]): Promise<ChosenFile[]>
  /** A notification of the desktop, shown while the window has not the focus. */
  notify(title: string, text: string): Promise<boolean>
  /** Only addresses on the shell's allow-list are opened. */
  openExternal(url: string): Promise<boolean>
}

export interface OpenOptions {
  purpose: ReadPurpose
  title: string
  many: boolean
  extensions: string[]
}

export interface SaveOptions {
  purpose: WritePurpose
  title: string
  /** A file's name without a folder. */
  suggestedName: string
}
