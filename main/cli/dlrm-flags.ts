import { FlagError } from '../model/dlrm-arguments.ts'
import { UsageError } from './command.ts'

/** Reads flags of dlrm_s_pytorch.py; what is wrong with one is a mistake in how the command was called. */
export function fromFlags<Result>(read: (flags: string[]) => Result, flags: string[]): Result {
  try {
    return read(flags)
  } catch (error) {
    throw error instanceof FlagError ? new UsageError(error.message, error.flag) : error
  }
}
