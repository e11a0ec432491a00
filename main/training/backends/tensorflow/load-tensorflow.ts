/** Loads TensorFlow and tfjs into this process, once: explicitly, from where the runtime was installed. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import util from 'node:util'
import type * as tfjs from '@tensorflow/tfjs'
import { nativeAddon } from '../../../../native/index.ts'
import { StudioError } from '../../../contract/errors.ts'
import { INSTALL_COMMAND, requireRuntime } from './runtime/installed.ts'
import { LIBRARIES } from './runtime/pinned.ts'

export type Tf = typeof tfjs

export interface TensorFlow {
  tf: Tf
  version: string
  device: 'CPU' | 'GPU'
}

interface Binding {
  TF_Version: string
  isUsingGpuDevice(): boolean
}

let loaded: { tensorflow: TensorFlow; threads: number } | undefined

/**
 * TensorFlow with this many threads for each operation (0 = all cores); a process has one, so a later call for another
 * number is an InvalidState. Throws NotFound or Corrupt with the remedy where it is not set up.
 */
export function loadTensorFlow(threads: number): TensorFlow {
  const wanted = threads === 0 ? availableParallelism() : threads
  if (loaded) {
    if (loaded.threads === wanted) return loaded.tensorflow
    throw new StudioError(
      'InvalidState',
      `TensorFlow runs with ${loaded.threads} threads in this process and cannot change to ${wanted}.`,
    )
  }
  loaded = { tensorflow: load(wanted), threads: wanted }
  return loaded.tensorflow
}

function load(threads: number): TensorFlow {
  const { folder } = requireRuntime()
  const bindingPath = requireBinding()
  process.env.TF_NUM_INTRAOP_THREADS = String(threads)
  process.env.TF_NUM_INTEROP_THREADS ??= '1'
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  for (const name of LIBRARIES) nativeAddon().openLibrary(join(folder, name))
  // tfjs-node 4 still calls what Node 23 removed, and what it warns of.
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: (value: unknown) => Array.isArray(value),
  })
  const require = createRequire(import.meta.url)
  const tf = require('@tensorflow/tfjs') as Tf
  require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js')
  const { NodeJSKernelBackend } = require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js') as {
    NodeJSKernelBackend: new (binding: Binding, packageName: string) => tfjs.KernelBackend
  }
  const binding = require(bindingPath) as Binding
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu'), 3)
  // With a backend that is made at once this is done at once; the promise only says so.
  void tf.setBackend('tensorflow')
  if (tf.getBackend() !== 'tensorflow') {
    throw new StudioError('Internal', 'tfjs cannot use TensorFlow: run `npm run doctor`.')
  }
  return { tf, version: binding.TF_Version, device: binding.isUsingGpuDevice() ? 'GPU' : 'CPU' }
}

const here = dirname(fileURLToPath(import.meta.url))
/** Bundled this file lies in dist/, from source four folders below the root. */
const candidates = [join(here, '..'), join(here, '..', '..', '..', '..')].map((root) =>
  join(root, 'native', 'tfjs-binding.node'),
)

function requireBinding(): string {
  const path = candidates.find((candidate) => existsSync(candidate))
  if (path) return path
  throw new StudioError(
    'NotFound',
    `tfjs's binding to TensorFlow is not built: run \`${INSTALL_COMMAND}\`.`,
    {
      field: 'config.backend',
    },
  )
}
