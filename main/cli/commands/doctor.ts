import { runDoctor } from '../../serving/doctor.ts'
import { checkWorkspace } from '../../serving/check-workspace.ts'
import { EXIT, type Command } from '../command.ts'
import { maximumOf } from '../../model/extremes.ts'

export const doctor: Command = {
  name: 'doctor',
  summary:
    'List what this machine has and lacks, with the remedy; with --workspace also what of it is damaged.',
  positionals: [],
  options: {},
  async run({ services, options }) {
    const workspace = services.workspacePath
    // All data are read, so that it takes a wish to do it.
    const wanted = options.text('workspace') !== undefined
    const checks = [...(await runDoctor(workspace)), ...(wanted ? await checkWorkspace(workspace) : [])]
    const width = maximumOf(checks.map(({ name }) => name.length))
    const lines = checks.flatMap(({ name, ok, found, remedy }) => [
      `${ok ? '✓' : '✗'} ${name.padEnd(width)}  ${found}`,
      ...(remedy ? [`  ${' '.repeat(width)}  → ${remedy}`] : []),
    ])
    return {
      json: { checks },
      text: lines.join('\n'),
      exitCode: checks.every(({ ok }) => ok) ? EXIT.done : EXIT.failed,
    }
  },
}
