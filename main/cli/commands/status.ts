import { isActive, type RunProgress, type RunSummary } from '../../contract/runs.ts'
import { formatDuration } from '../../contract/quantities.ts'
import { nextStepText, type NextStep } from '../../contract/overview.ts'
import { UNDEFINED } from '../../contract/metrics.ts'
import { overviewOf } from '../../runs/overview.ts'
import type { Command } from '../command.ts'
import { integer, metricValue, table } from '../terminal.ts'

/** The facts of the window's home page. */
export const status: Command = {
  name: 'status',
  summary: 'What trains now, the latest runs, what can be resumed, and what could be done next.',
  positionals: [],
  options: {},
  async run({ services }) {
    const { database, datasets } = services
    const found = overviewOf(database, await datasets.list())
    const { active, latest, resumable, resumableCount, nextSteps } = found
    const more = resumableCount - resumable.length
    const parts = [
      part('Running now', active),
      part(
        'Can be resumed',
        resumable,
        more > 0 ? `and ${integer(more)} more: runs list --query status:stopped,interrupted` : '',
      ),
      part('Latest runs', latest),
      nextSteps.length === 0
        ? ''
        : ['Next', ...nextSteps.map((step) => `  ${stepLine(step, services)}`)].join('\n'),
    ]
    return { json: found, text: parts.filter(Boolean).join('\n\n') || 'Nothing trains, and there is no run.' }
  },
}

function part(title: string, runs: readonly RunSummary[], more = ''): string {
  if (runs.length === 0) return ''
  const rows = runs.map((run) => [
    run.id,
    run.name,
    run.progress && isActive(run.status) ? `${run.status}, ${progressText(run.progress)}` : run.status,
    run.modelName,
    run.datasetName,
    run.testAucUndefined ? UNDEFINED : metricValue(run.testAuc),
  ])
  const text = table(['run', 'name', 'status', 'model', 'dataset', 'test AUC'], rows)
  return [title, text, ...(more ? [more] : [])].join('\n')
}

function progressText({ epoch, totalEpochs, secondsLeft }: RunProgress): string {
  const left = secondsLeft === null ? '' : `, ${formatDuration(secondsLeft * 1000)} left`
  return `epoch ${Math.min(epoch, totalEpochs)} of ${totalEpochs}${left}`
}

/** The step and the command that takes it. */
function stepLine(step: NextStep, services: { commandLine(words: string): string }): string {
  return `${nextStepText(step).title}: ${services.commandLine(wordsOf(step))}`
}

function wordsOf(step: NextStep): string {
  switch (step.kind) {
    case 'import':
      return 'data import FILE --name NAME'
    case 'train':
      return `train dlrm --data ${step.dataset}`
    case 'again':
      return `train dlrm --data ${step.dataset} --seed 1`
    case 'compare':
      return `compare ${step.runs.join(' ')}`
    case 'benchmark':
      return 'bench --save'
    case 'design':
      return 'model preset dlrm --data NAME'
  }
}
