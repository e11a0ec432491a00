/** Polls the GPU while a run computes on it. Its use is stored as points of the run, beside the losses. */
import type { Computation } from '../contract/runs.ts'
import { gpuUse } from './backends/tensorflow/runtime/gpus.ts'

const POLL_INTERVAL_MS = 2000

/** Reports each measurement. Returns a function that ends the polling. Nothing is polled if the CPU computes. */
export function watchGpu(
  { device }: Computation,
  report: (series: 'gpu/busy' | 'gpu/usedBytes', value: number) => void,
  intervalMs = POLL_INTERVAL_MS,
): () => void {
  if (device !== 'GPU') return () => undefined
  let ended = false
  const timer = setInterval(() => {
    void gpuUse().then((use) => {
      if (!use || ended) return
      report('gpu/busy', use.busy)
      report('gpu/usedBytes', use.usedBytes)
    })
  }, intervalMs)
  return () => {
    ended = true
    clearInterval(timer)
  }
}
