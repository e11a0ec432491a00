/** Opens a run's model on the canvas: the saved model that it trained, or a copy if that model has changed since. */
import { ElMessage } from 'element-plus'
import type { Router } from 'vue-router'
import type { RunDetail } from '../../../main/contract/runs.ts'
import type { ModelDocument } from '../../../main/model/document.ts'
import { ask } from '../../platform/engine.ts'
import { useModels } from '../models/shared/models-store.ts'

export async function openRunModel(run: RunDetail, router: Router): Promise<void> {
  const models = useModels()
  await models.refresh()
  let id = await savedAs(run)
  if (id === null) {
    const copy = await models.save(null, { ...run.model, name: `${run.modelName} (from a run)` })
    id = copy.id
    ElMessage({
      type: 'success',
      message: `The saved model has changed or is gone. Opened a copy: ${copy.name}.`,
    })
  }
  await router.push({ path: `/models/${id}/edit`, query: { data: run.datasetId } })
}

/** Positions on the canvas do not affect training. */
const trained = ({ nodes }: ModelDocument) =>
  JSON.stringify(
    nodes.map((node) => Object.entries({ ...node, position: null }).sort(([a], [b]) => (a < b ? -1 : 1))),
  )

async function savedAs({ model, modelId }: RunDetail): Promise<string | null> {
  const wanted = trained(model)
  for (const { id, name } of useModels().list) {
    if (id !== modelId && name !== model.name) continue
    if (trained((await ask('models.get', { id })).document) === wanted) return id
  }
  return null
}
