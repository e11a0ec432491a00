import { runDoctor } from '../../serving/doctor.ts'
import { EXIT, type Command } from '../command.ts'

export const doctor: Command = {
  name: 'doctor',
  summary: 'List what this machine has and what is missing, with the remedy.',
  positionals: [],
  options: {},
  async run({ services }) {
    const checks = await runDoctor(services.workspacePath)
    const width = Math.max(...checks.map(({ name }) => name.length))
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
