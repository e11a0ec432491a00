/**
 * Loads TensorFlow in a process of its own to find out whether that works, because it would stay in the caller's memory
 * and may crash.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'
import { StudioError, toErrorData } from '../../../contract/errors.ts'
import { bundleFile } from '../../worker-process.ts'
import { loadTensorFlow, type TensorFlow } from './load-tensorflow.ts'

const TIMEOUT_MS = 60_000

const answer = z.object({ version: z.string(), device: z.enum(['CPU', 'GPU']) })
const refusal = z.object({ error: z.object({ message: z.string() }) })
export type Loaded = z.infer<typeof answer>

/** Runs in the process that was started for it. Throws as loadTensorFlow does. */
export function probeTensorFlow(): Pick<TensorFlow, 'version' | 'device'> {
  const { version, device } = loadTensorFlow({ threads: 1, device: 'auto' })
  return { version, device }
}

/** Throws Unsupported with the message of the system or the libraries if TensorFlow cannot be loaded. */
export async function tryTensorFlow(): Promise<Loaded> {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  const args = [bundleFile('cli'), 'tensorflow', 'status', '--load', '--json']
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: TIMEOUT_MS })
    return answer.parse((JSON.parse(stdout) as { loaded: unknown }).loaded)
  } catch (error) {
    throw new StudioError('Unsupported', `TensorFlow cannot be loaded: ${reasonOf(error)}`)
  }
}

/** The last message of the process, or how it ended. */
function reasonOf(error: unknown): string {
  const { stdout = '', signal = null } = error as { stdout?: string; signal?: string | null }
  try {
    return refusal.parse(JSON.parse(stdout)).error.message
  } catch {
    return signal ? `it was killed by ${signal}.` : toErrorData(error).message
  }
}
