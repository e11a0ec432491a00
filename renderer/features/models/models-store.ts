import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { asErrorData, ask, on } from '../../app/engine.ts'
import type { ErrorData } from '../../../main/contract/errors.ts'
import type { SavedModel } from '../../../main/contract/requests.ts'
import type { BoundColumns, ModelDocument } from '../../../main/model/document.ts'

/** Changes of one model that follow each other within this time are read once. */
const QUIET_MS = 300

/** The models saved in the workspace. */
export const useModels = defineStore('models', () => {
  const list = shallowRef<SavedModel[]>([])
  const loaded = ref(false)
  const problem = shallowRef<ErrorData | null>(null)
  /** A document opened from a file or a command line, on its way to the designer, with the columns that one gives. */
  const opened = shallowRef<{ document: ModelDocument; columns: BoundColumns | null } | null>(null)

  async function refresh(): Promise<void> {
    try {
      list.value = (await ask('models.list', {})).models
      problem.value = null
      loaded.value = true
    } catch (thrown) {
      problem.value = asErrorData(thrown)
    }
  }

  const without = (id: string) => list.value.filter((model) => model.id !== id)

  /** Last changed first, as the database lists them: one that is only read again stays where it is. */
  function put(model: SavedModel): void {
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

  return { list, loaded, problem, opened, refresh, read, save, remove, listen }
})
