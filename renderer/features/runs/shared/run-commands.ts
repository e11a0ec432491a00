/** The commands of a run, for its page, its row's menu and the command palette. */
import type { Router } from 'vue-router'
import { linkTo } from '../../../../main/contract/links.ts'
import { canResume, type RunSummary, isActive } from '../../../../main/contract/runs.ts'
import { ask } from '../../../platform/engine.ts'
import type { Command } from '../../../ui/commands.ts'
import { copyText } from '../../../ui/copy-text.ts'
import { deleteRuns } from './delete-runs.ts'

type Run = Pick<RunSummary, 'id' | 'name' | 'status'>

/** Returns the commands that are possible now, in the order of a menu. null separates groups. */
export function runMenu(run: Run, router: Router): (Command | null)[] {
  const { id, status } = run
  const command = (name: string, act: () => unknown, more: Partial<Command> = {}): Command => ({
    id: `this run ${name}`,
    name,
    kind: 'Run',
    run: act,
    ...more,
  })
  return [
    ...(status === 'running'
      ? [command('Pause', () => ask('runs.pause', { id }), { words: 'halt training' })]
      : []),
    ...(canResume(status)
      ? [command('Resume', () => ask('runs.resume', { id }), { words: 'continue training' })]
      : []),
    ...(isActive(status)
      ? [command('Stop', () => ask('runs.stop', { id }), { words: 'end cancel training' })]
      : []),
    command('Duplicate', () => router.push({ path: '/runs/new', query: { from: id } }), {
      words: 'copy again settings new run',
    }),
    command('Compare with…', () => router.push({ name: 'compare', query: { ids: id } }), {
      words: 'difference significance',
    }),
    null,
    command('Copy the run’s ID', () => copyText(id), { words: 'clipboard' }),
    command('Copy a link to the run', () => copyText(linkTo({ to: 'run', name: id })), {
      words: 'clipboard',
    }),
    null,
    command('Delete…', () => removeRun(run, router), {
      danger: true,
      disabled: isActive(status),
      words: 'remove',
    }),
  ]
}

/** Returns the same commands for the palette, which has no groups and no disabled commands. */
export function runCommands(run: Run, router: Router): Command[] {
  return runMenu(run, router).filter((each): each is Command => each !== null && each.disabled !== true)
}

/** Asks for confirmation, deletes the run, and shows the list if the deleted run's page was open. */
export async function removeRun(run: Run, router: Router): Promise<void> {
  const gone = await deleteRuns([run.id])
  if (gone && router.currentRoute.value.path === `/runs/${run.id}`) await router.push('/runs')
}
