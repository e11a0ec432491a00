/** What can be done with workspaces, for the palette and the menu of the navigation. */
import { workspaceName } from '../../../../main/contract/workspaces.ts'
import type { Command } from '../../../ui/commands.ts'
import type { useWorkspaces } from './workspaces-store.ts'

type Store = ReturnType<typeof useWorkspaces>

export function recentWorkspaceCommands({ others, act }: Pick<Store, 'others' | 'act'>): Command[] {
  return others.map(({ id, path, found }) => ({
    id: `workspace ${id}`,
    name: `Open ${workspaceName(path)}`,
    kind: 'Workspace',
    note: found ? path : 'not found',
    words: `switch recent ${path}`,
    run: () => act('openRecent', id),
  }))
}

export function workspaceCommands({ act }: Pick<Store, 'act'>): Command[] {
  const action = (name: string, words: string, run: () => unknown): Command => ({
    id: `workspace ${name}`,
    name,
    kind: 'Workspace',
    words,
    run,
  })
  return [
    action('Open workspace…', 'switch folder project', () => act('open')),
    action('New workspace…', 'create folder project', () => act('create')),
    action('Show workspace in files', 'reveal folder finder explorer', () => act('reveal')),
  ]
}
