import { verifyFolder, type CaseResult, type VerificationReport } from '../../training/verify.ts'
import { EXIT, type Command } from '../command.ts'
import { table } from '../terminal.ts'

export const verify: Command = {
  name: 'verify',
  summary: "Replay reference cases of PyTorch's DLRM and compare the results.",
  positionals: [{ name: 'DIR', required: true }],
  options: {
    backend: {
      type: 'string',
      choices: ['native', 'tensorflow'],
      help: 'the backend to verify (default native)',
    },
  },
  async run({ options, positionals: [folder = ''], progress }) {
    const backend = options.text('backend') === 'tensorflow' ? 'tensorflow' : 'native'
    const report = await verifyFolder(folder, backend, ({ name }) => progress(`${name} is done`))
    return {
      json: report,
      text: reportText(report),
      exitCode: report.failed > 0 ? EXIT.failed : EXIT.done,
    }
  },
}

function reportText({ cases, passed, failed, skipped }: VerificationReport): string {
  const rows = cases.map((result) => [
    result.name,
    verdict(result),
    error(result.maxLossError),
    error(result.maxParameterError),
    error(result.maxPredictionError),
  ])
  return [
    table(['case', 'result', 'loss error', 'parameter error', 'prediction error'], rows),
    ...cases.flatMap(({ name, reason }) => (reason === null ? [] : [`\n${name}: ${reason}`])),
    '',
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ].join('\n')
}

function verdict({ passed, skipped }: CaseResult): string {
  if (skipped) return 'skipped'
  return passed ? 'passed' : 'FAILED'
}

const error = (value: number | null): string => (value === null ? '–' : value.toExponential(1))
