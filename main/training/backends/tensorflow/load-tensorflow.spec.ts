import { describe, expect, it } from 'vitest'
import { environmentFor, requireDevice } from './load-tensorflow.ts'

describe('the device', () => {
  it('cpu hides every GPU from TensorFlow, others leave them to it', () => {
    expect(environmentFor(2, 'cpu')).toMatchObject({
      CUDA_VISIBLE_DEVICES: '-1',
      TF_NUM_INTRAOP_THREADS: '2',
    })
    for (const choice of ['auto', 'gpu'] as const)
      expect(environmentFor(2, choice)).not.toHaveProperty('CUDA_VISIBLE_DEVICES')
  })

  it('gpu computes in fp32 and takes memory as it is needed', () => {
    expect(environmentFor(1, 'gpu')).toMatchObject({
      NVIDIA_TF32_OVERRIDE: '0',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    })
  })

  it('gpu is refused where TensorFlow found none, with what to do', () => {
    expect(() => requireDevice('gpu', 'CPU')).toThrow(/no usable GPU.*doctor/)
    expect(() => requireDevice('gpu', 'GPU')).not.toThrow()
    expect(() => requireDevice('auto', 'CPU')).not.toThrow()
  })
})
