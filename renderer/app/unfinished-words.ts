/** The words of the notice about work that did not come to its end. */
import type { UnfinishedWork } from '../../main/contract/workspace.ts'
import { formatExact, formatShare } from '../platform/units.ts'

type Run = UnfinishedWork['runs'][number]
type Other = UnfinishedWork['others'][number]

const NAMED = 3
const listed = new Intl.ListFormat('en-GB')

/** One or more sentences; empty if there is nothing to tell. */
export function unfinishedSummary({ runs, others }: UnfinishedWork): string {
  const sentences = [
    sentence(runs.filter(closed).map(nameOf), 'stopped and saved when DLRM Studio was closed.'),
    sentence(runs.filter(interrupted).map(nameOf), 'interrupted when a process ended unexpectedly.'),
    sentence(others.filter(closed).map(wordsOf), 'cancelled when DLRM Studio was closed.'),
    sentence(others.filter(interrupted).map(wordsOf), 'lost when a process ended unexpectedly.'),
  ]
  return sentences.filter(Boolean).join(' ')
}

/** How far each of them was, for those of which that is known. */
export function unfinishedDetails({ runs, others }: UnfinishedWork): { what: string; state: string }[] {
  return [
    ...runs.map((run) => ({ what: nameOf(run), state: runState(run) })),
    ...others.map((other) => ({ what: capitalised(other.what), state: otherState(other) })),
  ]
}

/** Where work of this kind is started again. */
export const pageOf: Partial<Record<Other['kind'], { path: string; text: string }>> = {
  dataset: { path: '/datasets', text: 'Datasets' },
  benchmark: { path: '/benchmark', text: 'Benchmark' },
  calibration: { path: '/benchmark', text: 'Benchmark' },
  installation: { path: '/settings', text: 'Settings' },
}

const closed = ({ how }: Run | Other): boolean => how === 'closed'
const interrupted = ({ how }: Run | Other): boolean => how === 'interrupted'
const nameOf = ({ name }: Run): string => `“${name}”`
const wordsOf = ({ what }: Other): string => `the ${what}`
const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function sentence(names: readonly string[], what: string): string {
  if (names.length === 0) return ''
  const shown = names.slice(0, NAMED)
  const more = names.length - shown.length
  const list = listed.format(more > 0 ? [...shown, `${more} more`] : shown)
  return `${capitalised(list)} ${names.length === 1 ? 'was' : 'were'} ${what}`
}

function runState({ how, steps, epochsDone, epochs }: Run): string {
  const where = `step ${formatExact(steps)}, in epoch ${Math.min(epochsDone + 1, epochs)} of ${epochs}`
  if (how === 'closed') return `saved at ${where}`
  return steps === 0 ? 'resumes from the beginning' : `was at ${where}, and resumes from its last checkpoint`
}

function otherState({ fraction }: Other): string {
  const share = fraction === null ? '' : `was at ${formatShare(fraction, 0)}; `
  return `${share}has to be started again`
}
