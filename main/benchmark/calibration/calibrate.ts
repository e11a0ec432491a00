/** Measures how fast this machine does each kind of a step's work. */
import { availableParallelism } from 'node:os'
import type { Calibration, CalibrationSubject } from '../../contract/calibration.ts'
import { StudioError } from '../../contract/errors.ts'
import { fitUnitTimes, type Timed } from '../../model/step-time/fit.ts'
import { requireBackend } from '../../training/backends/create-backend.ts'
import { describeEnd, WorkerProcess } from '../../training/worker-process.ts'
import { benchmarkMessage, type OwnerMessage } from '../protocol.ts'
import { calibrationModels } from './calibration-models.ts'
import { othersShare } from './others-share.ts'
import { timedWork, type MeasuredSteps, type StepsSubject } from './measured-steps.ts'
import { appendAll } from '../../model/extremes.ts'

/** Enough for the largest model with Adam's state, its batches and its process. */
const NEEDED_BYTES = 1.3e9
/** After this many models the load by other programs is measured. */
const MODELS_PER_LOAD_CHECK = 6
/** TensorFlow's steps are slow until JavaScript is optimised, so theirs are measured for longer. */
const BURST_SECONDS = { native: 0.03, tensorflow: 0.05 }

/** Throws InvalidState if memory is short, and Unsupported for what no backend supports. */
export function requireCalibration({ backend, precision }: CalibrationSubject): void {
  requireBackend(backend, precision)
  if (process.availableMemory() >= NEEDED_BYTES) return
  throw new StudioError(
    'InvalidState',
    'Measuring this machine needs 1.3 GB of free memory: close other programs, and try again.',
  )
}

/** The measurements, without the time and the machine. */
export type Measured = Omit<Calibration, 'measuredAt' | 'machine'>

/** Takes between half a minute and a minute. Rejects with Cancelled once the signal is aborted. */
export async function calibrate(
  subject: CalibrationSubject,
  { signal, onFraction }: { signal: AbortSignal; onFraction: (fraction: number) => void },
): Promise<Measured> {
  requireCalibration(subject)
  const {
    timed,
    device,
    othersShare: share,
  } = await measureModels(subject, { threads: availableParallelism(), processes: 1 }, { signal, onFraction })
  return {
    ...subject,
    threads: availableParallelism(),
    device,
    unitTimes: fitUnitTimes(timed),
    othersShare: share,
  }
}

interface MeasuredModels {
  timed: Timed[]
  device: MeasuredSteps['device']
  othersShare: number
}

/** Measures all calibration models, each in so many processes at the same time. Rejects as `calibrate`. */
export async function measureModels(
  subject: CalibrationSubject,
  { threads, processes }: { threads: number; processes: number },
  { signal, onFraction }: { signal: AbortSignal; onFraction: (fraction: number) => void },
): Promise<MeasuredModels> {
  const models = calibrationModels()
  const timed: Timed[] = []
  let device: MeasuredSteps['device'] = 'CPU'
  const shares: number[] = []
  for (const [done, model] of models.entries()) {
    onFraction(done / models.length)
    if (done % MODELS_PER_LOAD_CHECK === 0) shares.push(await othersShare())
    const each = { ...model, ...subject, threads, burstSeconds: BURST_SECONDS[subject.backend] }
    const measured = await Promise.all(
      Array.from({ length: processes }, () => measureInProcess(each, signal)),
    )
    for (const own of measured) appendAll(timed, timedWork(each, own))
    device = measured[0]?.[0]?.device ?? device
  }
  return { timed, device, othersShare: shares.reduce((sum, share) => sum + share, 0) / shares.length }
}

/** Rejects with the error of the process, or with Cancelled. */
export async function measureInProcess(subject: StepsSubject, signal: AbortSignal): Promise<MeasuredSteps[]> {
  const cancelled = () => new StudioError('Cancelled', 'The measurement was stopped.')
  if (signal.aborted) throw cancelled()
  let outcome: MeasuredSteps[] | StudioError | null = null
  const worker = new WorkerProcess<OwnerMessage>('benchmark', (raw) => {
    const message = benchmarkMessage.parse(raw)
    if (message.kind === 'measured') outcome = message.measured
    else if (message.kind === 'failed') outcome = new StudioError(message.error.code, message.error.message)
  })
  const stop = () => worker.kill()
  signal.addEventListener('abort', stop)
  worker.send({ kind: 'measure', subject })
  const exit = await worker.ended
  signal.removeEventListener('abort', stop)
  if (signal.aborted) throw cancelled()
  const result = outcome as MeasuredSteps[] | StudioError | null
  if (result === null) throw new StudioError('Internal', describeEnd('measurement', exit))
  if (result instanceof StudioError) throw result
  return result
}
