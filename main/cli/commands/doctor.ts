import { runDoctor } from '../../serving/doctor.ts'
import { checkWorkspace } from '../../upkeep/check/check-workspace.ts'
import { EXIT, type Command } from '../command.ts'
import { checksAsText, workOf } from './workspace.ts'

export const doctor: Command = {
  name: 'doctor',
  summary:
    'Check what this machine needs and how to fix it; with --workspace also check that workspace for damage.',
  positionals: [],
  options: {},
  async run(invocation) {
    const { services, options } = invocation
    const workspace = services.workspacePath
    // This reads all data, so it is done only on request.
    const wanted = options.text('workspace') !== undefined
    const checks = [
      ...(await runDoctor(workspace)),
      ...(wanted ? await checkWorkspace(workspace, workOf(invocation)) : []),
    ]
    return {
      json: { checks },
      text: checksAsText(checks),
      exitCode: checks.every(({ ok }) => ok) ? EXIT.done : EXIT.failed,
    }
  },
}
