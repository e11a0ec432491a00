import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { asErrorData, ask, on } from '../../../platform/engine.ts'
import type { ErrorData } from '../../../../main/contract/errors.ts'
import type { ModelSummary, ResponseOf, SavedModel } from '../../../../main/contract/requests.ts'
import type { BoundColumns, ModelDocument } from '../../../../main/model/document.ts'

/** Changes of one model that follow each other within this time are read once. */
const QUIET_MS = 300

/** The models saved in the workspace. */
export const useModels = defineStore('models', () => {
  const list = shallowRef<ModelSummary[]>([])
  const loaded = ref(false)
  const problem = shallowRef<ErrorData | null>(null)
  /** A document opened from a file or a command line, on its way to the designer, with the columns that one gives. */
  const opened = shallowRef<{ document: ModelDocument; columns: BoundColumns | null } | null>(null)

  async function refresh(): Promise<void> {
    try {
      list.value = await readList()
      problem.value = null
      loaded.value = true
    } catch (thrown) {
      problem.value = asErrorData(thrown)
    }
  }

  /** In pages; a model that is changed meanwhile comes twice, of which the first is the newer. */
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
  /** A model's document, one after the other where many are asked for; null where it is not there (any more). */
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
  function put({ document, ...saved }: SavedModel): void {
    const model = { ...saved, nodes: document.nodes.length }
    const others = without(model.id)
    const at = others.findIndex((other) => other.updatedAt < model.updatedAt)
    list.value = others.toSpliced(at < 0 ? others.length : at, 0, model)
  }

  const waiting = new Map<string, ReturnType<typeof setTimeout>>()
  function readSoon(id: string): void {
    clearTimeout(waiting.get(id))
    waiting.set(
      id,
      setTimeout(() => void read(id), QUIET_MS),
    )
  }

  /** Brings one of the list to what the database has. */
  async function read(id: string): Promise<void> {
    clearTimeout(waiting.get(id))
    waiting.delete(id)
    try {
      put(await ask('models.get', { id }))
    } catch (thrown) {
      const error = asErrorData(thrown)
      if (error.code === 'NotFound') list.value = without(id)
      else problem.value = error
    }
  }

  /** id is null for a new model. */
  async function save(id: string | null, document: ModelDocument): Promise<SavedModel> {
    const saved = await ask('models.save', { id, document })
    put(saved)
    return saved
  }

  async function remove(id: string): Promise<void> {
    await ask('models.delete', { id })
    list.value = without(id)
  }

  function listen(): () => void {
    const ends = [
      on('changed', (event) => {
        if (event.what === 'models') void (event.id === undefined ? refresh() : readSoon(event.id))
      }),
      on('engineStarted', () => void refresh()),
    ]
    return () => ends.forEach((end) => end())
  }

  return { list, loaded, problem, opened, refresh, read, documentOf, save, remove, listen }
})
