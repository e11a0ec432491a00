/**
 * Files as the page speaks of them: it never names a path. The shell gives it a handle for each file that a person chose
 * in a dialog or dropped on the window, good for one purpose and for some time, and tells the engine with the request what
 * the handle stands for.
 */
import { z } from 'zod'

/** Files and folders that are read; a handle for one can be used as often as its file is needed. */
export const readPurpose = z.enum([
  'importData',
  'installSample',
  'generateFromTrace',
  'importBenchmarks',
  'installTensorFlow',
  'useTensorFlow',
])
export type ReadPurpose = z.infer<typeof readPurpose>

/** Files that are written; a handle for one is used up by the first request that carries it. */
export const writePurpose = z.enum([
  'exportModel',
  'exportPicture',
  'exportRun',
  'exportBenchmarks',
  'traceBenchmark',
])
export type WritePurpose = z.infer<typeof writePurpose>

export const filePurpose = z.enum([...readPurpose.options, ...writePurpose.options])
export type FilePurpose = z.infer<typeof filePurpose>

const handleText = z
  .string()
  .regex(/^file-[A-Za-z0-9_-]{43}$/, 'a file has to be chosen in a dialog or dropped: a path is not accepted')

/** What a page gets for a file that was chosen; the path is there to be shown. */
export const chosenFile = z.object({ handle: handleText, path: z.string() })
export type ChosenFile = z.infer<typeof chosenFile>

/** What the shell tells the engine about a handle in a request. */
export const grantedFile = z.strictObject({
  handle: handleText,
  purpose: filePurpose,
  path: z.string().min(1),
})
export type GrantedFile = z.infer<typeof grantedFile>

/** A field of a request that stands for a file; only what the shell says about its handle makes it a path. */
export interface FileReference {
  handle: string
  purpose: FilePurpose
}

export const fileHandle = (purpose: FilePurpose) =>
  handleText.transform((handle): FileReference => ({ handle, purpose }))
