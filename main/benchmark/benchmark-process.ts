/**
 * The entry point of a benchmark's process. It measures what its owner asks for, sends the report and exits. If the
 * owner disappears it stops.
 */
import type { BenchmarkRequest } from '../contract/benchmarks.ts'
import { toErrorData } from '../contract/errors.ts'
import { measureSteps } from './calibration/measured-steps.ts'
import { ownerMessage, type BenchmarkMessage, type OwnerMessage } from './protocol.ts'
import { runBenchmark, SECONDS, type BenchmarkRun } from './run-benchmark.ts'

const abort = new AbortController()

function send(message: BenchmarkMessage, then: () => void = () => undefined): void {
  if (process.connected && process.send) process.send(message, then)
  else then()
}

async function answerTo(message: Exclude<OwnerMessage, { kind: 'stop' }>): Promise<BenchmarkMessage> {
  try {
    return message.kind === 'measure'
      ? { kind: 'measured', measured: await measureSteps(message.subject, abort.signal) }
      : { kind: 'done', report: await runBenchmark(wholeRun(message.request)) }
  } catch (thrown) {
    return { kind: 'failed', error: toErrorData(thrown) }
  }
}

function wholeRun(request: BenchmarkRequest): BenchmarkRun {
  return {
    ...request,
    seconds: SECONDS,
    profile: true,
    signal: abort.signal,
    onPhase: (phase) => send({ kind: 'phase', phase }),
  }
}

process.on('message', (raw) => {
  const message = ownerMessage.parse(raw)
  if (message.kind === 'stop') return abort.abort()
  void answerTo(message).then((last) => send(last, () => process.exit(0)))
})

// Ctrl-C in a terminal reaches every process of the group. The owner decides what happens to the benchmark.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => abort.abort())
