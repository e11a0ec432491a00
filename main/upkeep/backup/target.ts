import type { BackedUpFile } from './manifest.ts'

/** Where a backup is written: a folder or one file. Until `finish` nothing at that place looks like a backup. */
export interface BackupTarget {
  /** The place of the finished backup. */
  readonly place: string
  /** The file of an earlier backup that this one can have as it is, or undefined. */
  earlier(path: string): BackedUpFile | undefined
  /** Takes that file over without reading it. Returns false if that is not possible here. */
  reuse(path: string): Promise<boolean>
  /** Writes a file of exactly `bytes` bytes. */
  write(path: string, bytes: number, content: AsyncIterable<Uint8Array>): Promise<void>
  /** Writes the manifest and makes the backup one. */
  finish(manifest: string): Promise<void>
  /** Removes what was written. */
  abandon(): Promise<void>
}
