import { useRouter, type RouteLocationRaw } from 'vue-router'
import type { ErrorData } from '../../../main/contract/errors.ts'
import type { LinkPage, LinkTarget } from '../../../main/contract/links.ts'
import { quoted } from '../../../main/contract/printable.ts'
import { useModels } from '../../features/models/shared/models-store.ts'

const pages: Record<LinkPage, string> = {
  home: '/',
  'quick-start': '/quick-start',
  datasets: '/datasets',
  import: '/import',
  models: '/models',
  runs: '/runs',
  'new-run': '/runs/new',
  compare: '/compare',
  benchmark: '/benchmark',
  cluster: '/cluster',
  settings: '/settings',
}

/** Returns the function that shows what a link leads to. It returns null, or why there is nothing to show. */
export function useOpenLink(): (target: LinkTarget) => Promise<ErrorData | null> {
  const router = useRouter()
  const models = useModels()

  async function modelPlace(name: string): Promise<RouteLocationRaw | ErrorData> {
    if (!models.loaded) await models.refresh()
    if (models.problem) return models.problem
    const found = models.list.filter((model) => model.name === name)
    const [model] = found
    if (!model) return { code: 'NotFound', message: `There is no model ${quoted(name)} in this workspace.` }
    return found.length === 1
      ? { name: 'model', params: { id: model.id } }
      : {
          code: 'InvalidArgument',
          message: `${found.length} models are called ${quoted(name)}: open the one you mean on Models.`,
        }
  }

  return async ({ to, name }) => {
    // The pages of runs and datasets say themselves if there is none of this name.
    const place =
      to === 'page'
        ? pages[name]
        : to === 'model'
          ? await modelPlace(name)
          : { name: to, params: { id: name } }
    if (typeof place === 'object' && 'code' in place) return place
    await router.push(place)
    return null
  }
}
