import type { RunProgress } from '../../../../main/contract/runs.ts'
import { formatDuration, formatExact, formatSpeed } from '../../../platform/units.ts'

const phases: Partial<Record<RunProgress['phase'], string>> = {
  loading: 'Loading',
  evaluating: 'Evaluating',
  saving: 'Saving',
}

/** Returns the share of the steps that are done, from 0 to 1. */
export function progressFraction({ step, totalSteps }: RunProgress): number {
  return totalSteps > 0 ? Math.min(1, step / totalSteps) : 0
}

/** Writes the speed and the remaining time: 45.2 k samples/s · 12 s left. */
export function paceText(progress: RunProgress): string {
  const { samplesPerSecond, secondsLeft, phase } = progress
  const pace = phases[phase] ?? (samplesPerSecond > 0 ? formatSpeed(samplesPerSecond) : '')
  const left =
    secondsLeft === null ? '' : `${formatDuration(Math.max(1, Math.round(secondsLeft)) * 1000)} left`
  return [pace, left].filter(Boolean).join(' · ')
}

export function epochText({ epoch, totalEpochs }: RunProgress): string {
  return `Epoch ${formatExact(Math.min(epoch, totalEpochs))} of ${formatExact(totalEpochs)}`
}
