import { trainingConfig } from '../../contract/training.ts'
import { showRun } from '../../runs/summaries.ts'
import type { Command } from '../command.ts'
import { runOutcome } from '../run-result.ts'
import { waitForRun } from '../wait-for-run.ts'

export const resume: Command = {
  name: 'resume',
  summary: 'Continue a stopped or interrupted run from its last checkpoint.',
  positionals: [{ name: 'RUN', required: true }],
  options: {
    backend: {
      type: 'string',
      choices: trainingConfig.shape.backend.options,
      help: 'what computes from here on (default: what the run began with)',
    },
  },
  async run(invocation) {
    const { services, positionals, options } = invocation
    const { id } = showRun(services.database, positionals[0] ?? '')
    const backend = options.text('backend')
    await services.runs.resume(id, trainingConfig.shape.backend.optional().parse(backend))
    await waitForRun(invocation, id)
    return runOutcome(services.database, id)
  },
}
