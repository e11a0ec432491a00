/**
 * A trace in the Trace Event Format that chrome://tracing and Perfetto read: complete events ("ph": "X") with times in
 * microseconds, a process for each rank and one lane for each thread. On the lane of the thread that runs the steps, a step contains its phases, a
 * phase its operations, and an operation that thread's own share of it. A rank's last lane has the exchanges of its own
 * thread for them. Times of all ranks are counted from one moment.
 */
import { writeFileSafely } from '../platform/write-file.ts'
import { maximumOf } from '../model/extremes.ts'
import { exchangeNames } from '../contract/breakdown.ts'
import type { Trace } from '../../native/index.ts'

interface CompleteEvent {
  name: string
  cat: 'step' | 'phase' | 'operation' | 'thread' | 'exchange'
  ph: 'X'
  ts: number
  dur: number
  pid: number
  tid: number
  args?: Record<string, number>
}

interface Span {
  startUs: number
  endUs: number
}

/**
 * Writes the traces of a single process, or of all ranks in their order. An existing file is replaced only when everything is
 * written. Throws Io or DiskFull.
 */
export async function writeChromeTrace(
  path: string,
  traces: readonly Trace[],
  title: string,
): Promise<{ path: string; bytes: number }> {
  return writeFileSafely(path, async ({ text }) => {
    const about = {
      title,
      steps: maximumOf(traces.map(({ steps }) => steps.length)),
      complete: traces.every(({ complete }) => complete),
      // What can seem too early or too late on a rank, because the clocks of two hosts are only compared.
      ...(traces.length > 1 && { clockErrorUs: maximumOf(traces.map(({ clockErrorUs }) => clockErrorUs)) }),
    }
    await text(`{"displayTimeUnit":"ms","otherData":${JSON.stringify(about)},"traceEvents":[\n`)
    const names = traces.flatMap((trace, rank) =>
      laneNames(trace, processOf(rank), traces.length > 1 ? `rank ${rank}` : title),
    )
    await text(names.map((event) => JSON.stringify(event)).join(',\n'))
    for (const [rank, trace] of traces.entries()) {
      for (const event of chromeEvents(trace, processOf(rank))) await text(`,\n${JSON.stringify(event)}`)
    }
    await text('\n]}\n')
  })
}

/** The viewers do not show a process 0. */
const processOf = (rank: number): number => rank + 1

function laneNames({ threads, exchanges }: Trace, pid: number, title: string): object[] {
  const named = (name: string, tid: number, args: object) => ({ name, ph: 'M', pid, tid, args })
  const lanes = Array.from({ length: threads }, (_, thread) =>
    thread === 0 ? 'steps, thread 1' : `thread ${thread + 1}`,
  )
  if (exchanges.length > 0) lanes.push('exchanges')
  return [
    named('process_name', 0, { name: title }),
    named('process_sort_index', 0, { sort_index: pid }),
    ...lanes.flatMap((name, lane) => [
      named('thread_name', lane, { name }),
      named('thread_sort_index', lane, { sort_index: lane }),
    ]),
  ]
}

/** The events in the order in which a viewer nests them: an outer event before the events that it contains. */
export function* chromeEvents(trace: Trace, pid: number): Generator<CompleteEvent> {
  const complete = completeIn(pid)
  const steps = trace.steps.map(spanOf)
  const operations = trace.operations.map((operation) => ({ ...operation, ...spanOf(operation) }))
  for (const [index, step] of steps.entries()) yield complete(`step ${index + 1}`, 'step', step, 0)
  for (const { phase, ...whole } of phasesOf(operations, steps)) yield complete(phase, 'phase', whole, 0)
  const nameOf = ({ name, phase }: Pick<(typeof operations)[number], 'name' | 'phase'>) =>
    `${trace.names[name] ?? name} ${phase}`
  for (const operation of operations) {
    const { flops, bytes } = operation
    yield complete(nameOf(operation), 'operation', operation, 0, { flops, bytes })
  }
  for (const share of trace.shares) {
    const operation = operations[firstEndingAfter(operations, share.startUs)]
    yield complete(operation ? nameOf(operation) : 'other', 'thread', spanOf(share), share.thread)
  }
  for (const { name, bytes, ...exchange } of trace.exchanges) {
    yield complete(exchangeNames[name], 'exchange', spanOf(exchange), trace.threads, { bytes })
  }
}

const spanOf = ({ startUs, durationUs }: { startUs: number; durationUs: number }): Span => ({
  startUs,
  endUs: startUs + durationUs,
})

/** Both ends are rounded to nanoseconds, so that an event inside another one remains inside. */
function completeIn(pid: number) {
  return (
    name: string,
    cat: CompleteEvent['cat'],
    { startUs, endUs }: Span,
    tid: number,
    args?: CompleteEvent['args'],
  ): CompleteEvent => {
    const [start, end] = [Math.round(startUs * 1000), Math.round(endUs * 1000)]
    const event = { name, cat, ph: 'X', ts: start / 1000, dur: (end - start) / 1000, pid, tid } as const
    return args ? { ...event, args } : event
  }
}

/** Merges neighbouring operations of the same phase and step into one span. */
function phasesOf(operations: (Span & { phase: string })[], steps: Span[]): (Span & { phase: string })[] {
  const phases: (Span & { phase: string; step: number })[] = []
  for (const { phase, startUs, endUs } of operations) {
    const step = firstEndingAfter(steps, startUs)
    const inside = (steps[step]?.startUs ?? Infinity) <= startUs ? step : -1
    const last = phases.at(-1)
    if (last && last.phase === phase && last.step === inside) last.endUs = endUs
    else phases.push({ phase, startUs, endUs, step: inside })
  }
  return phases
}

/** The index of the first of consecutive spans that ends after a time. */
function firstEndingAfter(spans: readonly Span[], time: number): number {
  let [low, high] = [0, spans.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spans[middle]?.endUs ?? 0) > time) high = middle
    else low = middle + 1
  }
  return low
}
