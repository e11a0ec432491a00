import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { asErrorData, ask, on } from '../../../platform/engine.ts'
import { useReportedChanges } from '../../../platform/reported-changes.ts'
import type { ErrorData } from '../../../../main/contract/errors.ts'
import type { EngineEvent } from '../../../../main/contract/events.ts'
import type { ModelSummary, SavedModel } from '../../../../main/contract/models.ts'
import type { ResponseOf } from '../../../../main/contract/requests.ts'
import { offerUndo } from '../../trash/shared/undo-notice.ts'
import type { BoundColumns, ModelDocument } from '../../../../main/model/document.ts'

type ModelsChanged = Extract<EngineEvent, { kind: 'changed'; what: 'models' }>

/** Holds the models saved in the workspace. */
export const useModels = defineStore('models', () => {
  const list = shallowRef<ModelSummary[]>([])
  const loaded = ref(false)
  const problem = shallowRef<ErrorData | null>(null)
  /** A document from a file or a command line that the designer is about to open, with the columns it was given. */
  const opened = shallowRef<{ document: ModelDocument; columns: BoundColumns | null } | null>(null)

  const reported = useReportedChanges(patch)

  const refresh = () => reported.read(replaceList)

  async function replaceList(): Promise<void> {
    try {
      list.value = await readList()
      problem.value = null
      loaded.value = true
    } catch (thrown) {
      problem.value = asErrorData(thrown)
    }
  }

  /** Reads the list in pages. A model that is changed meanwhile comes twice, and the first is the newer one. */
  async function readList(): Promise<ModelSummary[]> {
    const found = new Map<string, ModelSummary>()
    for (let after: { updatedAt: string; id: string } | null = null, more = true; more;) {
      const page: ResponseOf<'models.list'> = await ask('models.list', { after })
      for (const model of page.models) if (!found.has(model.id)) found.set(model.id, model)
      const last = page.models.at(-1)
      more = page.more && last !== undefined
      if (last) after = { updatedAt: last.updatedAt, id: last.id }
    }
    return [...found.values()]
  }

  let reading: Promise<unknown> = Promise.resolve()
  /** Reads a model's document, one at a time. Returns null if it does not exist. */
  function documentOf(id: string): Promise<ModelDocument | null> {
    const read = async (): Promise<ModelDocument | null> => {
      try {
        return (await ask('models.get', { id })).document
      } catch (thrown) {
        if (asErrorData(thrown).code === 'NotFound') return null
        throw thrown
      }
    }
    const next = reading.then(read)
    reading = next.catch(() => undefined)
    return next
  }

  const without = (id: string) => list.value.filter((model) => model.id !== id)

  /** Last changed first, as the database lists them: one that is only read again stays where it is. */
  function put(model: ModelSummary): void {
    const others = without(model.id)
    const index = others.findIndex((other) => other.updatedAt < model.updatedAt)
    list.value = others.toSpliced(index < 0 ? others.length : index, 0, model)
  }

  function patch({ changed, removed }: ModelsChanged): void {
    list.value = list.value.filter(({ id }) => !removed.includes(id))
    changed.forEach(put)
  }

  /** Stores a document. `id` is null for a new model. */
  async function save(id: string | null, document: ModelDocument): Promise<SavedModel> {
    return ask('models.save', { id, document })
  }

  /** Moves a model to the trash. */
  async function remove({ id, name }: ModelSummary): Promise<void> {
    const { trashed } = await ask('models.delete', { id })
    if (trashed !== null) offerUndo(name, [{ kind: 'model', id: trashed }])
  }

  function listen(): () => void {
    const ends = [
      on('changed', (event) => {
        if (event.what === 'models') reported.take(event)
      }),
      on('engineStarted', () => void refresh()),
    ]
    return () => ends.forEach((end) => end())
  }

  return { list, loaded, problem, opened, refresh, documentOf, save, remove, listen }
})
