/** Loads TensorFlow for a look, in a process of its own: whoever asks may not carry it around, nor die of it. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'
import { StudioError, toErrorData } from '../../../contract/errors.ts'
import { bundleFile } from '../../worker-process.ts'
import { loadTensorFlow, type TensorFlow } from './load-tensorflow.ts'

const PATIENCE_MS = 60_000

const answer = z.object({ version: z.string(), device: z.enum(['CPU', 'GPU']) })
const refusal = z.object({ error: z.object({ message: z.string() }) })
export type Loaded = z.infer<typeof answer>

/** In this process: what a process that was started for it says. Throws as loadTensorFlow does. */
export function loadForALook(): Pick<TensorFlow, 'version' | 'device'> {
  const { version, device } = loadTensorFlow({ threads: 1, device: 'auto' })
  return { version, device }
}

/** Throws Unsupported with what the system or the libraries said where it cannot be loaded. */
export async function tryTensorFlow(): Promise<Loaded> {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  const args = [bundleFile('cli'), 'tensorflow', 'status', '--load', '--json']
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: PATIENCE_MS })
    return answer.parse((JSON.parse(stdout) as { loaded: unknown }).loaded)
  } catch (error) {
    throw new StudioError('Unsupported', `TensorFlow cannot be loaded: ${reasonOf(error)}`)
  }
}

/** What the process said last, or how it ended. */
function reasonOf(error: unknown): string {
  const { stdout = '', signal = null } = error as { stdout?: string; signal?: string | null }
  try {
    return refusal.parse(JSON.parse(stdout)).error.message
  } catch {
    return signal ? `it was killed by ${signal}.` : toErrorData(error).message
  }
}
