/** What computes besides the engine, and how it is set up. */
import { z } from 'zod'
import { errorData } from './errors.ts'

/** What a TensorFlow installation is for; that for a GPU computes on the CPU as well. */
export const tensorflowDevice = z.enum(['cpu', 'gpu'])
export type TensorFlowDevice = z.infer<typeof tensorflowDevice>

export const gpu = z.object({
  name: z.string(),
  driver: z.string(),
  memoryBytes: z.number(),
  /** What is wrong with its driver and what to do; null where it is new enough. */
  driverProblem: z.string().nullable(),
})
export type Gpu = z.infer<typeof gpu>

export const tensorflowInstallation = z.object({
  device: tensorflowDevice,
  version: z.string(),
  /** Of the wheels that are fetched. */
  downloadBytes: z.number(),
  /** Of what stays. */
  diskBytes: z.number(),
  /** Their file names, for who has them already. */
  wheels: z.array(z.string()),
  folder: z.string(),
  state: z.enum(['absent', 'installed', 'damaged']),
  /** What is damaged. */
  problem: errorData.nullable(),
})
export type TensorFlowInstallation = z.infer<typeof tensorflowInstallation>

/** A TensorFlow that the machine has already. */
export const foundTensorFlow = z.object({
  folder: z.string(),
  version: z.string(),
  /** Whether it is the version that this app works with. */
  usable: z.boolean(),
})
export type FoundTensorFlow = z.infer<typeof foundTensorFlow>

export const installationProgress = z.object({
  /** What is set up: an installation for a device, or a folder of the user's own. */
  device: tensorflowDevice.or(z.literal('own')),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  message: z.string(),
  /** 0 to 1; null where it cannot be told. */
  fraction: z.number().nullable(),
  error: errorData.nullable(),
})
export type InstallationProgress = z.infer<typeof installationProgress>

export const backendStatus = z.object({
  gpus: z.array(gpu),
  /** Empty on a system that no TensorFlow was tried on. */
  installations: z.array(tensorflowInstallation),
  /** The folder that the user chose to be used instead, where that was said, and what is wrong with it. */
  own: z.object({ folder: z.string(), by: z.string(), problem: errorData.nullable() }).nullable(),
  /** null where the machine's Python has none. */
  found: foundTensorFlow.nullable(),
  /** The last installation of this session, and whether it still runs. */
  progress: installationProgress.nullable(),
})
export type BackendStatus = z.infer<typeof backendStatus>
