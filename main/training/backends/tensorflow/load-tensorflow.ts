/** Loads TensorFlow and tfjs into this process once, from where the runtime was installed. */
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import util from 'node:util'
import type * as tfjs from '@tensorflow/tfjs'
import { nativeAddon } from '../../../../native/index.ts'
import { StudioError } from '../../../contract/errors.ts'
import type { DeviceChoice, TrainingConfig } from '../../../contract/training.ts'
import { commandFor } from '../../../platform/installation.ts'
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

/** The methods of tfjs-node's backend that a kernel calls. */
interface KernelRunner {
  executeSingleOutput(
    name: string,
    attributes: { name: string; type: number; value: unknown }[],
    inputs: tfjs.TensorInfo[],
  ): tfjs.TensorInfo
}

/** The settings of a run that decide how TensorFlow is loaded. */
export type TensorFlowSettings = Pick<TrainingConfig, 'threads' | 'device'>

let loaded: { tensorflow: TensorFlow; threads: number; choice: DeviceChoice } | undefined

/**
 * TensorFlow with this many threads for each operation (0 = all cores) on this device. A process loads it once, so a
 * later call with other settings throws InvalidState. Throws NotFound or Corrupt with the remedy if it is not set up,
 * and Unsupported if a GPU is asked for and TensorFlow cannot use one.
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

/** Throws Unsupported if a GPU was asked for and TensorFlow found none that it can use. */
export function requireDevice(choice: DeviceChoice, found: TensorFlow['device']): void {
  if (choice !== 'gpu' || found === 'GPU') return
  throw new StudioError(
    'Unsupported',
    `TensorFlow found no usable GPU: run \`${commandFor('doctor')}\`, or choose the device cpu.`,
    { field: 'config.device' },
  )
}

/** The environment variables that TensorFlow reads when it is loaded. */
export function environmentFor(threads: number, choice: DeviceChoice): Record<string, string> {
  return {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: process.env.TF_NUM_INTEROP_THREADS ?? '1',
    TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? '2',
    // Otherwise TensorFlow takes all of a GPU's memory at once, and multiplies in TF32 instead of the fp32 that was
    // asked for.
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
  // tfjs-node 4 still calls functions that Node 23 removed and warns of others.
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
  // A backend that is created synchronously is ready at once, although setBackend returns a promise.
  void tf.setBackend('tensorflow')
  if (tf.getBackend() !== 'tensorflow') {
    throw new StudioError('Internal', `tfjs cannot use TensorFlow: run \`${commandFor('doctor')}\`.`)
  }
  useMatMulForMatrices(tf, binding)
  return { tf, version: binding.TF_Version, device: binding.isUsingGpuDevice() ? 'GPU' : 'CPU' }
}

/**
 * TensorFlow takes over an array whose memory is aligned, and releases it on whichever of its threads uses it last. The
 * binding then frees the array's reference on that thread, where Node allows no call. An unaligned array is copied at
 * once, so every array is passed one element past an aligned address.
 */
function withoutSharedMemory(binding: Binding): Binding {
  const createTensor: Binding['createTensor'] = (shape, dtype, values) =>
    binding.createTensor(shape, dtype, isNumbers(values) ? unaligned(values) : values)
  return Object.create(binding, { createTensor: { value: createTensor } }) as Binding
}

/** tfjs-node multiplies matrices as batches of one, which TensorFlow's threads divide less evenly. */
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

/** All arrays go through the same memory, because TensorFlow copies them at once. */
let unalignedBuffer = new ArrayBuffer(0)

function unaligned(values: Numbers): Numbers {
  const { length, BYTES_PER_ELEMENT } = values
  const bytes = (length + 1) * BYTES_PER_ELEMENT
  if (unalignedBuffer.byteLength < bytes) unalignedBuffer = new ArrayBuffer(bytes)
  const copy =
    values instanceof Float32Array
      ? new Float32Array(unalignedBuffer, BYTES_PER_ELEMENT, length)
      : new Int32Array(unalignedBuffer, BYTES_PER_ELEMENT, length)
  copy.set(values)
  return copy
}
