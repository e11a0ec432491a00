import { diskFull, isFullCode } from './disk-space.ts'
import { StudioError, type ErrorCode } from '../contract/errors.ts'

const REASONS: Record<string, { code: ErrorCode; reason: string }> = {
  ENOENT: { code: 'NotFound', reason: 'it does not exist. Check the path' },
  ENOTDIR: { code: 'NotFound', reason: 'it does not exist. Check the path' },
  EACCES: { code: 'Io', reason: 'permission is denied. Change its permissions or choose another place' },
  EPERM: { code: 'Io', reason: 'permission is denied. Change its permissions or choose another place' },
  EROFS: { code: 'Io', reason: 'its disk is read-only. Choose another place' },
  ELOOP: { code: 'Io', reason: 'its symbolic links form a loop. Give the path of the file itself' },
  ENAMETOOLONG: { code: 'InvalidArgument', reason: 'its path is too long' },
  EISDIR: { code: 'InvalidArgument', reason: 'it is a folder. Choose a file' },
  EMFILE: {
    code: 'Io',
    reason: 'too many files are open. Close some programs, or raise the limit, and try again',
  },
  ENFILE: {
    code: 'Io',
    reason: 'too many files are open on this machine. Close some programs and try again',
  },
  ENOMEM: { code: 'Io', reason: 'there is not enough memory. Close some programs and try again' },
  EBUSY: { code: 'Io', reason: 'another program is using it. Close that program and try again' },
  EIO: { code: 'Io', reason: 'its disk or connection reports an error. Check the disk and try again' },
}

/** Whether the system says that there is no such file, rather than that it cannot be read at the moment. */
export function isMissing(thrown: unknown): boolean {
  if (thrown instanceof StudioError) return thrown.data.code === 'NotFound'
  const { code } = thrown as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** A file system failure as a sentence: "Cannot read clicks.csv: it does not exist. Check the path." */
export function fileError(thrown: unknown, doing: string, file: string): StudioError {
  if (thrown instanceof StudioError) return thrown
  const system = (thrown as NodeJS.ErrnoException).code ?? ''
  if (isFullCode(system)) return diskFull(file)
  const known = REASONS[system]
  const reason = known?.reason ?? `the system reports ${system || String(thrown)}`
  return new StudioError(known?.code ?? 'Io', `Cannot ${doing} ${file}: ${reason}.`, { file })
}
