/** Lists, names and deletes the versions of a saved model. */
import { ref, shallowRef } from 'vue'
import { asErrorData, ask } from '../../../platform/engine.ts'
import type { ErrorData } from '../../../../main/contract/errors.ts'
import type { ModelVersion } from '../../../../main/contract/models.ts'
import type { ModelDocument } from '../../../../main/model/document.ts'

/** Names a version in an address. The model as it is now is `present`. */
export const PRESENT = 'present'
export const refOf = ({ kind, id }: Pick<ModelVersion, 'kind' | 'id'>) => `${kind}:${id}`

/** Reads the document that a reference names. Rejects with NotFound. */
export async function documentOf(model: string, reference: string): Promise<ModelDocument> {
  if (reference === PRESENT) return (await ask('models.get', { id: model })).document
  const [kind, id = ''] = reference.split(/:(.*)/s)
  const { document } = await ask('models.version', { kind: kind === 'run' ? 'run' : 'named', id })
  return document
}

export function useVersions(model: () => string) {
  const list = shallowRef<ModelVersion[]>([])
  const loaded = ref(false)
  const problem = shallowRef<ErrorData | null>(null)

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      problem.value = null
      await work()
      list.value = (await ask('models.versions', { id: model() })).versions
      loaded.value = true
    } catch (thrown) {
      problem.value = asErrorData(thrown)
    }
  }

  return {
    list,
    loaded,
    problem,
    refresh: () => attempt(() => Promise.resolve()),
    save: (name: string) => attempt(() => ask('models.saveVersion', { id: model(), name })),
    rename: (id: string, name: string) => attempt(() => ask('models.renameVersion', { id, name })),
    remove: (id: string) => attempt(() => ask('models.deleteVersion', { id })),
  }
}
