import { StudioError } from '../../main/contract/errors.ts'
import { bounded } from '../../main/contract/printable.ts'

const MAX_SHOWN = 200

/**
 * Throws InvalidArgument for a hidden file, or one in a hidden folder, where keys and settings are. The shell cannot see
 * a drop itself: the page's process names the files, so one that was taken over could name any. A dialog shows what is
 * chosen, so hidden files can still be chosen there.
 */
export function requireVisible(paths: readonly string[]): void {
  const hidden = paths.find((path) => path.split(/[/\\]/).some((name) => /^\.[^./\\]/.test(name)))
  if (hidden === undefined) return
  throw new StudioError(
    'InvalidArgument',
    `${bounded(hidden, MAX_SHOWN)} is hidden or in a hidden folder, and such files cannot be dropped: ` +
      'choose it in Datasets › Import.',
    { file: hidden },
  )
}
