import { showRun } from '../../runs/summaries.ts'
import type { Command } from '../command.ts'
import { runOutcome } from '../run-result.ts'
import { waitForRun } from '../wait-for-run.ts'

export const resume: Command = {
  name: 'resume',
  summary: 'Continue a stopped or interrupted run from its last checkpoint.',
  positionals: [{ name: 'RUN', required: true }],
  options: {},
  async run(invocation) {
    const { services, positionals } = invocation
    const { id } = showRun(services.database, positionals[0] ?? '')
    await services.runs.resume(id)
    await waitForRun(invocation, id)
    return runOutcome(services.database, id)
  },
}
