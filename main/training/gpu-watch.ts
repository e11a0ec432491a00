/** Looks at the GPU while a run computes on it: points of the run, beside its losses. */
import type { Computation } from '../contract/runs.ts'
import { gpuUse } from './backends/tensorflow/runtime/gpus.ts'

const LOOK_EVERY_MS = 2000

/** Tells of each look; gives a function that ends it. Nothing is looked at where the CPU computes. */
export function watchGpu(
  { device }: Computation,
  tell: (series: 'gpu/busy' | 'gpu/usedBytes', value: number) => void,
  everyMs = LOOK_EVERY_MS,
): () => void {
  if (device !== 'GPU') return () => undefined
  let ended = false
  const timer = setInterval(() => {
    void gpuUse().then((use) => {
      if (!use || ended) return
      tell('gpu/busy', use.busy)
      tell('gpu/usedBytes', use.usedBytes)
    })
  }, everyMs)
  return () => {
    ended = true
    clearInterval(timer)
  }
}
