import { deviceChoice, trainingConfig } from '../../contract/training.ts'
import type { ResumeChanges } from '../../runs/run-service.ts'
import { summarizeRun } from '../../runs/summaries.ts'
import type { Command } from '../command.ts'
import { runOutcome } from '../run-result.ts'
import { hostsFrom, hostsOption, withHosts } from '../training-options.ts'
import { waitForRun } from '../wait-for-run.ts'

export const resume: Command = {
  name: 'resume',
  summary: 'Continue a stopped or interrupted run from its last checkpoint.',
  positionals: [{ name: 'RUN', required: true }],
  options: {
    backend: {
      type: 'string',
      choices: trainingConfig.shape.backend.options,
      help: 'the backend from here on (default: as before)',
    },
    device: {
      type: 'string',
      choices: deviceChoice.options,
      help: 'the device for the dense layers from here on (default: as before)',
    },
    ranks: {
      type: 'string',
      value: 'N',
      help: 'the number of ranks from here on; 0 = one process without MPI (default: as before)',
    },
    hosts: { ...hostsOption, help: `${hostsOption.help} (default: as before)` },
  },
  async run(invocation) {
    const { services, positionals, options } = invocation
    const { id } = summarizeRun(services.database, positionals[0] ?? '')
    const backend = trainingConfig.shape.backend.optional().parse(options.text('backend'))
    const device = deviceChoice.optional().parse(options.text('device'))
    const changes: ResumeChanges = { ...(backend && { backend }), ...(device && { device }) }
    await services.runs.resume(id, withHosts(changes, options, await hostsFrom(options)))
    await waitForRun(invocation, id)
    return runOutcome(services.database, id)
  },
}
