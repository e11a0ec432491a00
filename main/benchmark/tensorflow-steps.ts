/** Measures training steps on TensorFlow, which run on this thread, in the same way as the addon measures its own. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BatchArrays, OperationProfile, Trace } from '../../native/index.ts'
import { entryKey } from '../model/step-time/predict.ts'
import { StepClock, type TimedSpan } from '../training/backends/tensorflow/step-clock.ts'
import type { TensorFlowModel } from '../training/backends/tensorflow/tensorflow-model.ts'
import type { Measurement } from './report.ts'

export interface StepOptions {
  warmUps: number
  seconds: number
  /** Whether operations are timed. */
  profile: boolean
  /** Further steps to record, for at most this many seconds. */
  traceSteps: number
  signal: AbortSignal
  /** Flops and bytes of one step, as the engine counts them for the same batch. */
  work: OperationProfile[]
}

interface Recording {
  steps: { from: number; to: number }[]
  spans: TimedSpan[]
}

/** Measures at least one step. Ends early with the results so far once the signal is aborted. */
export async function measureSteps(
  model: TensorFlowModel,
  batches: BatchArrays[],
  options: StepOptions,
): Promise<Measurement> {
  const { warmUps, seconds, profile, traceSteps } = options
  await record(model, batches, { steps: warmUps, seconds: Infinity, timed: false }, options.signal)
  const limits = { steps: Infinity, seconds, timed: profile }
  const { steps, spans } = await record(model, batches, limits, options.signal)
  const millisecondsPerStep = steps.map(({ from, to }) => to - from)
  const total = millisecondsPerStep.reduce((sum, each) => sum + each, 0)
  const inside = spans.reduce((sum, { from, to }) => sum + to - from, 0)
  const traced =
    traceSteps === 0
      ? null
      : await record(model, batches, { steps: traceSteps, seconds, timed: true }, options.signal)
  return {
    millisecondsPerStep,
    profile: sumUp(spans, options.work, steps.length),
    overheadMs: profile ? (total - inside) / steps.length : 0,
    ...(traced && { trace: toTrace(traced, options.work, traced.steps.length === traceSteps) }),
  }
}

async function record(
  model: TensorFlowModel,
  batches: BatchArrays[],
  limits: { steps: number; seconds: number; timed: boolean },
  signal: AbortSignal,
): Promise<Recording> {
  const recording: Recording = { steps: [], spans: [] }
  model.setClock(limits.timed ? new StepClock((span) => recording.spans.push(span)) : null)
  const begun = performance.now()
  const over = () => recording.steps.length > 0 && performance.now() - begun >= limits.seconds * 1000
  for (let step = 0; step < limits.steps && !signal.aborted && !over(); step++) {
    const from = performance.now()
    model.trainBatch(batches[step % batches.length] as BatchArrays, 1)
    recording.steps.push({ from, to: performance.now() })
    // A stop arrives as a message, and Node frees the addon's arrays, only between turns of the event loop.
    await nextTurn()
  }
  model.setClock(null)
  return recording
}

/** What an operation computes and moves in one step. */
function workIn(profile: OperationProfile[]): (span: TimedSpan) => Pick<OperationProfile, 'flops' | 'bytes'> {
  const amounts = new Map(profile.map((operation) => [entryKey(operation), operation]))
  return (span) => {
    const { flops = 0, bytes = 0 } = amounts.get(entryKey(span)) ?? {}
    return { flops, bytes }
  }
}

/** By operation and phase, over all steps. */
function sumUp(spans: TimedSpan[], work: OperationProfile[], steps: number): OperationProfile[] {
  const workOf = workIn(work)
  const profile = new Map<string, OperationProfile>()
  for (const span of spans) {
    const { name, phase, from, to } = span
    const known = profile.get(entryKey(span))
    if (known) {
      known.calls++
      known.milliseconds += to - from
    } else {
      const { flops, bytes } = workOf(span)
      profile.set(entryKey(span), {
        name,
        phase,
        calls: 1,
        milliseconds: to - from,
        flops: flops * steps,
        bytes: bytes * steps,
      })
    }
  }
  return [...profile.values()]
}

function toTrace({ steps, spans }: Recording, work: OperationProfile[], complete: boolean): Trace {
  const zero = steps[0]?.from ?? 0
  const workOf = workIn(work)
  const names = [...new Set(spans.map(({ name }) => name))]
  const span = ({ from, to }: { from: number; to: number }) => ({
    startUs: (from - zero) * 1000,
    durationUs: (to - from) * 1000,
  })
  return {
    names,
    threads: 1,
    steps: steps.map(span),
    operations: spans.map((timed) => ({
      ...span(timed),
      name: names.indexOf(timed.name),
      phase: timed.phase,
      ...workOf(timed),
    })),
    shares: [],
    exchanges: [],
    clockErrorUs: 0,
    complete,
  }
}
