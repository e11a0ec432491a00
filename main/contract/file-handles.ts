/**
 * Files as the page refers to them, which never knows a path. The shell gives the page a handle for each file that a
 * person chose in a dialog or dropped on the window. A handle is valid for one purpose and for a limited time, and with
 * a request the shell sends the engine the path of each handle.
 */
import { z } from 'zod'

/** Files and folders that are read. A handle for one can be used any number of times. */
export const readPurpose = z.enum([
  'importData',
  'importSchema',
  'openModel',
  'installSample',
  'generateFromTrace',
  'importBenchmarks',
  'installTensorFlow',
  'useTensorFlow',
  'readHosts',
  'readPlan',
  'restoreBackup',
])
export type ReadPurpose = z.infer<typeof readPurpose>

/** Whether a file that is dropped or opened is a model document by its name; any other one is data. */
export const opensAsModel = (name: string): boolean => /\.json$/i.test(name)

/** Files that are written. The first request with a handle for one uses it up. */
export const writePurpose = z.enum([
  'exportModel',
  'exportPicture',
  'exportRun',
  'exportBenchmarks',
  'traceBenchmark',
  'exportPlan',
  'exportSchema',
  'exportRejected',
  'backUpWorkspace',
  'restoreWorkspace',
])
export type WritePurpose = z.infer<typeof writePurpose>

/** Those for which a folder can be chosen, and those for which a file can. */
export const folderPurpose = writePurpose.extract(['backUpWorkspace', 'restoreWorkspace'])
export type FolderPurpose = z.infer<typeof folderPurpose>
export const savePurpose = writePurpose.exclude(['restoreWorkspace'])
export type SavePurpose = z.infer<typeof savePurpose>

export const filePurpose = z.enum([...readPurpose.options, ...writePurpose.options])
export type FilePurpose = z.infer<typeof filePurpose>

const handleText = z
  .string()
  .regex(/^file-[A-Za-z0-9_-]{43}$/, 'a file has to be chosen in a dialog or dropped: a path is not accepted')

/** What a page receives for a chosen file. The path is only for display. */
export const chosenFile = z.object({ handle: handleText, path: z.string() })
export type ChosenFile = z.infer<typeof chosenFile>

/** What the shell sends the engine about a handle in a request. */
export const grantedFile = z.strictObject({
  handle: handleText,
  purpose: filePurpose,
  /** Without symbolic links as they were when the file was chosen, so that a later one is noticed. */
  path: z.string().min(1),
})
export type GrantedFile = z.infer<typeof grantedFile>

/** A field of a request that stands for a file. Its path comes only from what the shell says about the handle. */
export interface FileReference {
  handle: string
  purpose: FilePurpose
}

export const fileHandle = (purpose: FilePurpose) =>
  handleText.transform((handle): FileReference => ({ handle, purpose }))
