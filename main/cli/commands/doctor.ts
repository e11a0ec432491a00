import { runDoctor } from '../../serving/doctor.ts'
import { checkWorkspace } from '../../upkeep/check/check-workspace.ts'
import { writeFileSafely } from '../../platform/write-file.ts'
import { checkOutputFile } from '../output-file.ts'
import { problemReport } from '../problem-report.ts'
import { EXIT, type Command } from '../command.ts'
import { checksAsText, workOf } from './workspace.ts'

export const doctor: Command = {
  name: 'doctor',
  summary:
    'Check what this machine needs and how to fix it; with --workspace also check that workspace for damage. With ' +
    '--report, write a problem report: versions, checks, settings, errors and logs, without names and data.',
  positionals: [],
  options: {
    report: {
      type: 'string',
      value: 'FILE',
      help: 'write a problem report to this file, and check nothing else',
    },
    force: { type: 'boolean', help: 'overwrite an existing file' },
  },
  async run(invocation) {
    const { services, options } = invocation
    const report = options.text('report')
    if (report !== undefined) {
      checkOutputFile(report, { force: options.flag('force') })
      const content = await problemReport(services)
      const written = await writeFileSafely(report, (sink) => sink.text(content))
      return {
        json: written,
        text: `Wrote ${written.path}. Read it before you pass it on; nothing was sent.`,
      }
    }
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
