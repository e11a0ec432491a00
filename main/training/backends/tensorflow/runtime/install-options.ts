/** What an installation is told, and how it tells how far it is. */
import type { TensorFlowDevice } from '../../../../contract/backends.ts'

export interface InstallOptions {
  device: TensorFlowDevice
  /** What the user has instead of a download: the wheel, or a folder with all of them; they must be the pinned ones. */
  wheels?: string | undefined
  signal: AbortSignal
  /** fraction: 0 to 1 of the whole installation, or null where it cannot be told. */
  report: (message: string, fraction: number | null) => void
}
