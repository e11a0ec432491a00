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
  createTensor(shape: number[], dtype: number, values: unknown): number
  TF_ATTR_BOOL: number
  TF_ATTR_TYPE: number
  TF_FLOAT: number
}

/** What of tfjs-node's backend a kernel calls. */
interface KernelRunner {
  executeSingleOutput(
    name: string,
    attributes: { name: string; type: number; value: unknown }[],
    inputs: tfjs.TensorInfo[],
  ): tfjs.TensorInfo
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
  const binding = withoutSharedMemory(require(bindingPath) as Binding)
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu'), 3)
  // With a backend that is made at once this is done at once; the promise only says so.
  void tf.setBackend('tensorflow')
  if (tf.getBackend() !== 'tensorflow') {
    throw new StudioError('Internal', 'tfjs cannot use TensorFlow: run `npm run doctor`.')
  }
  useMatMulForMatrices(tf, binding)
  return { tf, version: binding.TF_Version, device: binding.isUsingGpuDevice() ? 'GPU' : 'CPU' }
}

/**
 * TensorFlow takes over an array whose memory is aligned, and lets go of it on whichever of its threads is the last to
 * use it; the binding then frees the array's reference there, where Node allows no call. What is not aligned it copies at
 * once: so every array goes to it one element past an aligned address.
 */
function withoutSharedMemory(binding: Binding): Binding {
  const createTensor: Binding['createTensor'] = (shape, dtype, values) =>
    binding.createTensor(shape, dtype, isNumbers(values) ? offAlignment(values) : values)
  return Object.create(binding, { createTensor: { value: createTensor } }) as Binding
}

/** tfjs-node multiplies matrices as batches of one, which TensorFlow's threads share less well. */
function useMatMulForMatrices(tf: Tf, { TF_ATTR_BOOL, TF_ATTR_TYPE, TF_FLOAT }: Binding): void {
  const batched = tf.getKernel('BatchMatMul', 'tensorflow')
  const kernelFunc: tfjs.KernelFunc = (call) => {
    const { a, b } = call.inputs as { a: tfjs.TensorInfo; b: tfjs.TensorInfo }
    if (a.shape.length !== 2 || b.shape.length !== 2 || a.dtype !== 'float32') return batched.kernelFunc(call)
    const { transposeA, transposeB } = call.attrs as { transposeA: boolean; transposeB: boolean }
    return (call.backend as KernelRunner).executeSingleOutput(
      'MatMul',
      [
        { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
        { name: 'transpose_a', type: TF_ATTR_BOOL, value: transposeA },
        { name: 'transpose_b', type: TF_ATTR_BOOL, value: transposeB },
      ],
      [a, b],
    )
  }
  tf.unregisterKernel('BatchMatMul', 'tensorflow')
  tf.registerKernel({ ...batched, kernelFunc })
}

type Numbers = Float32Array | Int32Array

const isNumbers = (values: unknown): values is Numbers =>
  values instanceof Float32Array || values instanceof Int32Array

/** As TensorFlow copies at once, every array goes through the same memory. */
let passage = new ArrayBuffer(0)

function offAlignment(values: Numbers): Numbers {
  const { length, BYTES_PER_ELEMENT } = values
  const bytes = (length + 1) * BYTES_PER_ELEMENT
  if (passage.byteLength < bytes) passage = new ArrayBuffer(bytes)
  const copy =
    values instanceof Float32Array
      ? new Float32Array(passage, BYTES_PER_ELEMENT, length)
      : new Int32Array(passage, BYTES_PER_ELEMENT, length)
  copy.set(values)
  return copy
}

const here = dirname(fileURLToPath(import.meta.url))
/** Bundled this file lies in dist/, from source four folders below the root. */
const candidates = [join(here, '..'), join(here, '..', '..', '..', '..')].map((root) =>
  join(root, 'native', 'tfjs-binding.node'),
)

/** Path of tfjs's compiled binding. Throws NotFound where it was not built. */
export function requireBinding(): string {
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
