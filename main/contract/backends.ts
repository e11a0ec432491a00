/** The backends besides the native engine, and their installation. */
import { z } from 'zod'
import { errorData } from './errors.ts'

/** The device that a TensorFlow installation is for. One for a GPU also computes on the CPU. */
export const tensorflowDevice = z.enum(['cpu', 'gpu'])
export type TensorFlowDevice = z.infer<typeof tensorflowDevice>

export const gpu = z.object({
  name: z.string(),
  driver: z.string(),
  memoryBytes: z.number(),
  /** What is wrong with its driver and what to do, or null if it is new enough. */
  driverProblem: z.string().nullable(),
})
export type Gpu = z.infer<typeof gpu>

export const tensorflowInstallation = z.object({
  device: tensorflowDevice,
  version: z.string(),
  /** The size of the downloaded wheels. */
  downloadBytes: z.number(),
  /** The size of the installed files. */
  diskBytes: z.number(),
  /** The wheels' file names, for people who have them already. */
  wheels: z.array(z.string()),
  folder: z.string(),
  state: z.enum(['absent', 'installed', 'damaged']),
  /** What is damaged. */
  problem: errorData.nullable(),
})
export type TensorFlowInstallation = z.infer<typeof tensorflowInstallation>

/** A TensorFlow that is already on the machine. */
export const foundTensorFlow = z.object({
  folder: z.string(),
  version: z.string(),
  /** Whether it is the version that this app supports. */
  usable: z.boolean(),
})
export type FoundTensorFlow = z.infer<typeof foundTensorFlow>

export const installationProgress = z.object({
  /** What is being installed: the libraries for a device, or a folder of the user's own. */
  device: tensorflowDevice.or(z.literal('own')),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  message: z.string(),
  /** 0 to 1, or null if it is not known. */
  fraction: z.number().nullable(),
  error: errorData.nullable(),
})
export type InstallationProgress = z.infer<typeof installationProgress>

export const backendStatus = z.object({
  gpus: z.array(gpu),
  /** Empty on a system on which no TensorFlow was tested. */
  installations: z.array(tensorflowInstallation),
  /** The folder that the user chose instead, the setting that chose it, and what is wrong with it. */
  own: z.object({ folder: z.string(), by: z.string(), problem: errorData.nullable() }).nullable(),
  /** null if the machine's Python has none. */
  found: foundTensorFlow.nullable(),
  /** The last installation of this session, and whether it is still running. */
  progress: installationProgress.nullable(),
})
export type BackendStatus = z.infer<typeof backendStatus>
