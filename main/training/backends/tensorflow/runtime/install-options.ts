/** What an installation is told, and how it tells how far it is. */

export interface InstallOptions {
  /** A wheel the user has, instead of a download; it must be the pinned one. */
  wheelFile?: string | undefined
  signal: AbortSignal
  /** fraction: 0 to 1, or null where it cannot be told. */
  report: (message: string, fraction: number | null) => void
}
