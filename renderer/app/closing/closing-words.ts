/** The words of the question before the window closes while tasks are running. */
import type { ClosingEvent } from '../../../main/contract/closing.ts'

export interface ClosingWords {
  title: string
  /** null where the tasks cannot go on, because the engine has to end. */
  background: { action: string; text: string } | null
  stop: { action: string; text: string }
}

export function closingWords({ action, tasks, tray }: ClosingEvent): ClosingWords {
  const runs = tasks.filter(({ kind }) => kind === 'run').length
  const onlyRuns = runs === tasks.length
  return {
    title: titleOf(tasks.length, onlyRuns),
    background:
      action === 'quit'
        ? {
            action: onlyRuns ? 'Keep training in the background' : 'Continue in the background',
            text: `The window is hidden, and a notification says what has finished. ${tray ? withTray : withoutTray}`,
          }
        : null,
    stop: { action: stopActions[action], text: stopText(runs, tasks.length - runs) },
  }
}

const withTray = 'An icon in the tray shows what is running and opens the window again.'
const withoutTray =
  'This desktop has no tray: start DLRM Studio again to see the window. It quits by itself when everything has finished.'

const stopActions: Record<ClosingEvent['action'], string> = {
  quit: 'Stop, save and quit',
  restart: 'Stop, save and restart the engine',
}

function titleOf(count: number, onlyRuns: boolean): string {
  if (count > 1) return onlyRuns ? `${count} runs are training` : `${count} tasks are running`
  return onlyRuns ? 'A run is training' : 'A task is running'
}

function stopText(runs: number, others: number): string {
  const saved =
    runs === 1
      ? 'The run saves a checkpoint. Resumed later, it has the same result as if it had never stopped.'
      : 'Runs save a checkpoint. Resumed later, they have the same results as if they had never stopped.'
  if (others === 0) return saved
  const cancelled = 'and what else is running is cancelled and has to be started again'
  return runs === 0
    ? 'Exports are finished. Everything else is cancelled and has to be started again.'
    : `${saved} Exports are finished, ${cancelled}.`
}
