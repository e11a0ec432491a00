import { setImmediate as otherWork } from 'node:timers/promises'
import { parseDlrmArguments, type DlrmCommand } from '../../model/dlrm-arguments.ts'
import { profilesFor, trainReferenceCommand, type PrintedLoss } from '../../training/reference-command.ts'
import type { Command } from '../command.ts'
import { fromFlags } from '../dlrm-flags.ts'
import { formatDuration } from '../../contract/quantities.ts'
import { integer } from '../terminal.ts'

export const dlrm: Command = {
  name: 'dlrm',
  summary: 'Run a dlrm_s_pytorch.py command line (flags after --) on random data and print its loss lines.',
  positionals: [],
  options: {},
  takesRest: true,
  async run({ rest, signal, print, note }) {
    const command = fromFlags(parseDlrmArguments, rest)
    for (const text of command.notes) note(text)
    const losses: number[] = []
    const begun = performance.now()
    for (const printed of trainReferenceCommand(command, await profilesFor(command))) {
      losses.push(printed.loss)
      print(lossLine(printed))
      await otherWork()
      if (signal.aborted) break
    }
    return {
      json: { losses, notes: command.notes },
      text: summary(command, losses, performance.now() - begun),
    }
  },
}

/** In the form in which the reference prints it. */
const lossLine = ({ iteration, iterations, epoch, loss, msPerIteration }: PrintedLoss) =>
  `Finished training it ${iteration}/${iterations} of epoch ${epoch}, ${msPerIteration.toFixed(2)} ms/it, ` +
  `loss ${loss.toFixed(6)}`

function summary({ training, data }: DlrmCommand, losses: number[], milliseconds: number): string {
  const epochs = training.epochs === 1 ? '1 epoch' : `${integer(training.epochs)} epochs`
  const rows = data.rows === 1 ? '1 row' : `${integer(data.rows)} rows`
  return `Trained ${epochs} of ${rows} in ${formatDuration(milliseconds)}; last loss ${losses.at(-1)?.toFixed(6) ?? '–'}.`
}
