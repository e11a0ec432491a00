/** The options of an installation, and the callback for its progress. */
import type { TensorFlowDevice } from '../../../../contract/backends.ts'

export interface InstallOptions {
  device: TensorFlowDevice
  /** What the user has downloaded: the wheel, or a folder with all wheels. They must be the pinned ones. */
  wheels?: string | undefined
  signal: AbortSignal
  /** fraction: 0 to 1 of the whole installation, or null if it is not known. */
  report: (message: string, fraction: number | null) => void
}
