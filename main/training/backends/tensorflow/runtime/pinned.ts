/** The only TensorFlow that this version supports, for each device, and where its files come from. */
import type { TensorFlowDevice } from '../../../../contract/backends.ts'

export const TENSORFLOW_VERSION = '2.21.0'

export interface PinnedWheel {
  requirement: string
  fileName: string
  sha256: string
  bytes: number
  /** The requirement for pip, with which the Python of any version downloads this very file. */
  tags: { pythonVersion: string; abi: string; platform: string }
  /** The extracted files: their names in the archive, and their paths in the installation. */
  extracted: readonly (readonly [entry: string, path: string])[]
}

export interface Release {
  device: TensorFlowDevice
  wheels: readonly PinnedWheel[]
  /** The size of the extracted files. */
  unpackedBytes: number
  /** They are opened in this order, because each needs only those before it. */
  libraries: readonly string[]
}

/** null if no TensorFlow was tested, which is the case on all systems except Linux on x86-64. */
export function releaseFor(device: TensorFlowDevice, platform: string, arch: string): Release | null {
  if (platform !== 'linux' || arch !== 'x64') return null
  return device === 'cpu' ? CPU : GPU
}

/** TensorFlow's own libraries, which every release has. The second needs the first. */
export const TENSORFLOW_LIBRARIES = ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2'] as const

/** The headers with which tfjs-node's binding is compiled, below `tensorflow/include/` in the wheel. */
const HEADERS = [
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

const tags = (platform: string) => ({ pythonVersion: '3.12', abi: 'cp312', platform })

function tensorflowWheel(name: string, bytes: number, sha256: string): PinnedWheel {
  const platform = 'manylinux_2_27_x86_64'
  return {
    requirement: `${name}==${TENSORFLOW_VERSION}`,
    fileName: `${name.replace('-', '_')}-${TENSORFLOW_VERSION}-cp312-cp312-${platform}.whl`,
    sha256,
    bytes,
    tags: tags(platform),
    extracted: [
      ...TENSORFLOW_LIBRARIES.map((library) => [`tensorflow/${library}`, library] as const),
      ...HEADERS.map((header) => [`tensorflow/include/${header}`, `include/${header}`] as const),
    ],
  }
}

interface NvidiaWheel {
  name: string
  version: string
  /** The platform tag in the wheel's name that pip is asked for first. */
  platforms: [string, ...string[]]
  bytes: number
  sha256: string
  libraries: string[]
}

function nvidiaWheel({ name, version, platforms, bytes, sha256, libraries }: NvidiaWheel): PinnedWheel {
  return {
    requirement: `nvidia-${name.replaceAll('_', '-')}-cu12==${version}`,
    fileName: `nvidia_${name}_cu12-${version}-py3-none-${platforms.join('.')}.whl`,
    sha256,
    bytes,
    tags: tags(platforms[0]),
    extracted: libraries.map((library) => [`nvidia/${name}/lib/${library}`, library] as const),
  }
}

const NEWER: [string] = ['manylinux_2_27_x86_64']
const MANYLINUX_2014: [string, string] = ['manylinux2014_x86_64', 'manylinux_2_17_x86_64']
const MANYLINUX_2010: [string, string] = ['manylinux2010_x86_64', 'manylinux_2_12_x86_64']

/** The NVIDIA libraries that TensorFlow requires, without those that only its compilers and its Python profiler use. */
const NVIDIA: NvidiaWheel[] = [
  {
    name: 'cuda_runtime',
    version: '12.9.79',
    platforms: MANYLINUX_2014,
    bytes: 3_493_179,
    sha256: '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
    libraries: ['libcudart.so.12'],
  },
  {
    name: 'cuda_nvrtc',
    version: '12.9.86',
    platforms: MANYLINUX_2010,
    bytes: 89_568_129,
    sha256: '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
    libraries: ['libnvrtc-builtins.so.12.9', 'libnvrtc.so.12'],
  },
  {
    name: 'cuda_cupti',
    version: '12.8.90',
    platforms: MANYLINUX_2014,
    bytes: 10_248_621,
    sha256: 'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182',
    libraries: ['libcupti.so.12'],
  },
  {
    name: 'nvjitlink',
    version: '12.9.86',
    platforms: MANYLINUX_2010,
    bytes: 39_748_338,
    sha256: 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
    libraries: ['libnvJitLink.so.12'],
  },
  {
    name: 'cublas',
    version: '12.9.3.13',
    platforms: NEWER,
    bytes: 581_217_458,
    sha256: 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
    libraries: ['libcublasLt.so.12', 'libcublas.so.12'],
  },
  {
    name: 'cufft',
    version: '11.4.1.4',
    platforms: MANYLINUX_2014,
    bytes: 200_877_592,
    sha256: 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
    libraries: ['libcufft.so.11'],
  },
  {
    name: 'curand',
    version: '10.3.10.19',
    platforms: NEWER,
    bytes: 68_295_626,
    sha256: '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
    libraries: ['libcurand.so.10'],
  },
  {
    name: 'cusparse',
    version: '12.5.10.65',
    platforms: MANYLINUX_2014,
    bytes: 366_465_088,
    sha256: '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
    libraries: ['libcusparse.so.12'],
  },
  {
    name: 'cusolver',
    version: '11.7.5.82',
    platforms: NEWER,
    bytes: 338_117_415,
    sha256: '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
    libraries: ['libcusolver.so.11'],
  },
  {
    name: 'cudnn',
    version: '9.28.0.42',
    platforms: NEWER,
    bytes: 716_538_495,
    sha256: '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
    libraries: [
      'libcudnn.so.9',
      'libcudnn_adv.so.9',
      'libcudnn_cnn.so.9',
      'libcudnn_engines_precompiled.so.9',
      'libcudnn_engines_runtime_compiled.so.9',
      'libcudnn_engines_tensor_ir.so.9',
      'libcudnn_ext.so.9',
      'libcudnn_graph.so.9',
      'libcudnn_heuristic.so.9',
      'libcudnn_ops.so.9',
    ],
  },
  {
    name: 'nccl',
    version: '2.32.3',
    platforms: NEWER,
    bytes: 351_526_311,
    sha256: 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
    libraries: ['libnccl.so.2'],
  },
]

const CPU: Release = {
  device: 'cpu',
  wheels: [
    tensorflowWheel(
      'tensorflow-cpu',
      274_000_871,
      'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
    ),
  ],
  unpackedBytes: 860_000_000,
  libraries: TENSORFLOW_LIBRARIES,
}

const GPU: Release = {
  device: 'gpu',
  wheels: [
    tensorflowWheel(
      'tensorflow',
      572_611_111,
      'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
    ),
    ...NVIDIA.map(nvidiaWheel),
  ],
  unpackedBytes: 5_215_000_000,
  // cuDNN opens its own libraries itself when it needs them.
  libraries: [
    ...NVIDIA.flatMap(({ libraries }) => libraries).filter((name) => !name.startsWith('libcudnn_')),
    ...TENSORFLOW_LIBRARIES,
  ],
}

/** The size of all its wheels. */
export const downloadBytes = ({ wheels }: Release): number =>
  wheels.reduce((sum, { bytes }) => sum + bytes, 0)
