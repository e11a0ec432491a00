/**
 * The frames of the one message channel between renderer and engine; the shell passes them on unread except for
 * their size. And the bridge that the preload script exposes, the renderer's only way out.
 */
import { z } from 'zod'
import { errorData } from './errors.ts'
import type { EngineEvent, ShellEvent } from './events.ts'
import type { RequestName, RequestOf, ResponseOf } from './requests.ts'

export const requestFrame = z.strictObject({
  id: z.int().min(0),
  name: z.string().max(100),
  body: z.unknown(),
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
  /** Native dialogs; null when the user cancelled. */
  chooseFiles(options: { title: string; many: boolean; extensions: string[] }): Promise<string[] | null>
  chooseSavePath(options: { title: string; suggestedName: string }): Promise<string | null>
  /** Only addresses on the shell's allow-list are opened. */
  openExternal(url: string): Promise<boolean>
  /** Path of a file dropped on the window. */
  pathOfFile(file: File): string
}
