import { formatBytes, formatDuration } from '../contract/quantities.ts'
import type { ImportOutcome } from '../contract/datasets.ts'
import { shareText } from '../contract/unknown-values.ts'
import type { Invocation } from './command.ts'
import { rejectedGroupsText } from './rejected-text.ts'
import { integer, table } from './terminal.ts'

/** Shows the job's progress and cancels the job when the command is interrupted. */
export async function waitForDatasetJob(
  { services, signal, progress }: Invocation,
  job: string,
): Promise<ImportOutcome> {
  services.listen((event) => {
    if (event.kind !== 'job' || event.progress.job !== job) return
    const { message, fraction, state } = event.progress
    // The command's own answer says how the job ended.
    if (state !== 'running') return
    progress(fraction === null ? message : `${message} (${Math.round(fraction * 100)} %)`)
  })
  const cancel = () => services.datasets.cancelJob(job)
  if (signal.aborted) cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    return await services.datasets.waitForJob(job)
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

export function importOutcomeText(outcome: ImportOutcome): string {
  const { dataset, rows, bytes, durationMs } = outcome
  const head = `${dataset}: ${integer(rows)} rows, ${formatBytes(bytes)}, in ${formatDuration(durationMs)}.`
  const notes = outcome.notes.map((note) => `Note: ${note}`)
  return [head, ...notes, ...rejectedText(outcome), ...unknownText(outcome)].join('\n')
}

function rejectedText({ dataset, rejected }: ImportOutcome): string[] {
  if (rejected.count === 0) return []
  const plural = rejected.count === 1 ? 'row was' : 'rows were'
  return [
    `${integer(rejected.count)} ${plural} rejected (data rejected ${dataset} lists them):`,
    rejectedGroupsText(rejected),
  ]
}

function unknownText({ unknown }: ImportOutcome): string[] {
  if (unknown.length === 0) return []
  return [
    'Values not seen in training:',
    table(
      ['column', 'of the validation values', 'of the test values'],
      unknown.map(({ column, validation, test }) => [column, shareText(validation), shareText(test)]),
    ),
  ]
}
