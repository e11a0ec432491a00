import { summarizeRun } from '../../runs/summaries.ts'
import type { Command } from '../command.ts'
import { integer } from '../terminal.ts'

export const stop: Command = {
  name: 'stop',
  summary: 'Stop a run of any process and save a checkpoint.',
  positionals: [{ name: 'RUN', required: true }],
  options: {},
  async run({ services, positionals, progress, signal }) {
    const { id } = summarizeRun(services.database, positionals[0] ?? '')
    await services.runs.stop(id)
    progress(`Waiting for ${id} to save its checkpoint`)
    const { status, steps } = await services.runs.waitForEnd(id, signal)
    return { json: { run: id, status, steps }, text: `${id} is ${status} at step ${integer(steps)}.` }
  },
}
