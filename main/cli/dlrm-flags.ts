import { FlagError } from '../model/dlrm-arguments.ts'
import { UsageError } from './command.ts'

/** Reads flags of dlrm_s_pytorch.py. A wrong flag is a mistake in the call of the command. */
export function fromFlags<Result>(read: (flags: string[]) => Result, flags: string[]): Result {
  try {
    return read(flags)
  } catch (error) {
    throw error instanceof FlagError ? new UsageError(error.message, error.flag) : error
  }
}
