import { z } from 'zod'
import { backendStatus, tensorflowDevice } from '../backends.ts'
import { fileHandle } from '../file-handles.ts'
import { done, nothing } from './shared.ts'

export const backendRequests = {
  /** What is installed, what can be installed, and the GPUs that the driver reports. */
  'backends.status': { request: nothing, response: backendStatus },
  /** Installs TensorFlow for a device, from the user's own wheels if `wheels` names the file or its folder. */
  'backends.install': {
    request: z.strictObject({ device: tensorflowDevice, wheels: fileHandle('installTensorFlow').optional() }),
    response: done,
  },
  /** Uses the TensorFlow in a folder of the user's own, or with null the installed one. */
  'backends.use': {
    request: z.strictObject({ folder: fileHandle('useTensorFlow').nullable() }),
    response: done,
  },
  'backends.cancel': { request: nothing, response: done },
  'backends.remove': { request: z.strictObject({ device: tensorflowDevice }), response: done },
} as const
