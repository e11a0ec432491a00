/** The one TensorFlow this version works with. */

export const TENSORFLOW_VERSION = '2.21.0'

export interface TensorFlowWheel {
  requirement: string
  fileName: string
  sha256: string
  bytes: number
  /** What pip is told, so that any Python of this machine fetches just this file. */
  tags: { pythonVersion: string; abi: string; platform: string }
}

/** By platform and architecture; null where no wheel was tried. */
export function wheelFor(platform: string, arch: string): TensorFlowWheel | null {
  return platform === 'linux' && arch === 'x64' ? LINUX_X64 : null
}

const LINUX_X64: TensorFlowWheel = {
  requirement: `tensorflow-cpu==${TENSORFLOW_VERSION}`,
  fileName: `tensorflow_cpu-${TENSORFLOW_VERSION}-cp312-cp312-manylinux_2_27_x86_64.whl`,
  sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
  bytes: 274_000_871,
  tags: { pythonVersion: '3.12', abi: 'cp312', platform: 'manylinux_2_27_x86_64' },
}

/** In the order in which they are opened: the second needs the first. */
export const LIBRARIES = ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2'] as const

/** What tfjs-node's binding is compiled with, below `tensorflow/include/` in the wheel. */
export const HEADERS = [
  'tensorflow/c/c_api.h',
  'tensorflow/c/c_api_macros.h',
  'tensorflow/c/eager/c_api.h',
  'tensorflow/c/tf_attrtype.h',
  'tensorflow/c/tf_buffer.h',
  'tensorflow/c/tf_datatype.h',
  'tensorflow/c/tf_status.h',
  'tensorflow/c/tf_tensor.h',
  'tensorflow/c/tf_tstring.h',
  'tensorflow/core/platform/ctstring.h',
  'tensorflow/core/platform/ctstring_internal.h',
  'tsl/platform/ctstring.h',
  'tsl/platform/ctstring_internal.h',
  'xla/tsl/c/tsl_status.h',
]
