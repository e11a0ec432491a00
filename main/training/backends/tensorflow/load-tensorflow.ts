/** Loads TensorFlow and tfjs into this process, once: explicitly, from where the runtime was installed. */
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import util from 'node:util'
import type * as tfjs from '@tensorflow/tfjs'
import { nativeAddon } from '../../../../native/index.ts'
import { StudioError } from '../../../contract/errors.ts'
import type { DeviceChoice, TrainingConfig } from '../../../contract/training.ts'
import { requireBinding } from './runtime/binding.ts'
import { requireRuntime } from './runtime/installed.ts'

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

/** What of a run's settings decides how TensorFlow is loaded. */
export type TensorFlowSettings = Pick<TrainingConfig, 'threads' | 'device'>

let loaded: { tensorflow: TensorFlow; threads: number; choice: DeviceChoice } | undefined

/**
 * TensorFlow with this many threads for each operation (0 = all cores) on this device; a process has one, so a later call
 * for another is an InvalidState. Throws NotFound or Corrupt with the remedy where it is not set up, and Unsupported where
 * a GPU is asked for and TensorFlow cannot use one.
 */
export function loadTensorFlow({ threads, device }: TensorFlowSettings): TensorFlow {
  const wanted = threads === 0 ? availableParallelism() : threads
  if (loaded) {
    if (loaded.threads === wanted && loaded.choice === device) return loaded.tensorflow
    throw new StudioError(
      'InvalidState',
      `TensorFlow runs with ${loaded.threads} threads on the device ${loaded.choice} in this process and cannot ` +
        `change to ${wanted} on ${device}.`,
    )
  }
  const tensorflow = load(wanted, device)
  requireDevice(device, tensorflow.device)
  loaded = { tensorflow, threads: wanted, choice: device }
  return tensorflow
}

/** Throws Unsupported where a GPU was asked for and TensorFlow found none that it can use. */
export function requireDevice(choice: DeviceChoice, found: TensorFlow['device']): void {
  if (choice !== 'gpu' || found === 'GPU') return
  throw new StudioError(
    'Unsupported',
    'TensorFlow found no usable GPU: run `npm run doctor`, or choose the device cpu.',
    { field: 'config.device' },
  )
}

/** What TensorFlow reads from the environment when it is loaded. */
export function environmentFor(threads: number, choice: DeviceChoice): Record<string, string> {
  return {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: process.env.TF_NUM_INTEROP_THREADS ?? '1',
    TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? '2',
    // Else it takes all of a GPU's memory at once, and multiplies in TF32, which is not the fp32 that was asked for.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    NVIDIA_TF32_OVERRIDE: '0',
    ...(choice === 'cpu' && { CUDA_VISIBLE_DEVICES: '-1' }),
  }
}

function load(threads: number, choice: DeviceChoice): TensorFlow {
  const { folder, libraries } = requireRuntime(choice)
  const bindingPath = requireBinding()
  Object.assign(process.env, environmentFor(threads, choice))
  for (const name of libraries) nativeAddon().openLibrary(join(folder, name))
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
