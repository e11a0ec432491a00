import type { EngineEvent } from '../contract/events.ts'
import { deleteFromTrash, listTrash, restoreFromTrash, type TrashSources } from '../upkeep/trash.ts'
import type { HandlersOf } from './handlers.ts'
import type { RunChanges } from './run-changes.ts'

export interface TrashHandlerSources extends TrashSources {
  changes: RunChanges
  emit: (event: EngineEvent) => void
}

export function trashHandlers({ changes, emit, ...sources }: TrashHandlerSources): HandlersOf<'trash'> {
  const { models } = sources.database
  return {
    'trash.list': async () => ({ items: await listTrash(sources) }),
    'trash.restore': async ({ name, ...item }) => {
      await restoreFromTrash(sources, item, name)
      changes.poll()
      const model = item.kind === 'model' ? models.summary(item.id) : null
      if (model)
        emit({ kind: 'changed', what: 'models', total: models.count(), changed: [model], removed: [] })
      return {}
    },
    'trash.delete': async ({ items }) => {
      for (const item of items) await deleteFromTrash(sources, item)
      return {}
    },
  }
}
