import { runDoctor } from '../../serving/doctor.ts'
import { checkWorkspace } from '../../serving/check-workspace.ts'
import { EXIT, type Command } from '../command.ts'
import { maximumOf } from '../../model/extremes.ts'

export const doctor: Command = {
  name: 'doctor',
  summary:
    'Check what this machine needs and how to fix it; with --workspace also check that workspace for damage.',
  positionals: [],
  options: {},
  async run({ services, options }) {
    const workspace = services.workspacePath
    // This reads all data, so it is done only on request.
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
