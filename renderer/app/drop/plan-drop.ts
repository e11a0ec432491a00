/** Decides by their names what becomes of files that are dropped on the window or opened from outside of it. */
import { opensAsModel } from '../../../main/contract/file-handles.ts'
import { DATA_EXTENSIONS } from '../../features/datasets/import/data-extensions.ts'

export type DropPlan = { kind: 'model' | 'data' } | { kind: 'refused'; message: string }

/** `importing` says that the import is on screen, which accepts files of any name as data, such as Criteo's `day_0`. */
export function planDrop(names: readonly string[], importing: boolean): DropPlan {
  const [first] = names
  if (first === undefined) return refused('No file was dropped: drag one from a folder’s window.')
  const model = names.find(opensAsModel)
  if (model !== undefined)
    return names.length === 1
      ? { kind: 'model' }
      : refused(`A model document is opened by itself: drop ${model} alone.`)
  const known: readonly string[] = DATA_EXTENSIONS
  const unknown = importing ? undefined : names.find((name) => !known.includes(extensionOf(name)))
  if (unknown === undefined) return { kind: 'data' }
  return refused(
    `${unknown} is neither a model document (JSON) nor data (${DATA_EXTENSIONS.join(', ')}). ` +
      'If it is data, drop it on Datasets › Import.',
  )
}

const refused = (message: string): DropPlan => ({ kind: 'refused', message })

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase()
}

/** What the system reveals about a file while it is dragged: perhaps its type, never its name. */
export function likelyKind(types: readonly string[]): 'model' | 'data' | null {
  if (types.length === 1 && types[0] === 'application/json') return 'model'
  return types.length > 0 && types.every((type) => /^text\/|gzip$/.test(type)) ? 'data' : null
}
