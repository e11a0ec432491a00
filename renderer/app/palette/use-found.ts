/** What the palette lists for a text: commands, and the workspace's models, datasets and runs by their names. */
import { computed, shallowRef, watch, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { counted } from '../../features/models/shared/drawing/describe-node.ts'
import { useDatasets } from '../../features/datasets/shared/datasets-store.ts'
import { useModels } from '../../features/models/shared/models-store.ts'
import { useRuns } from '../../features/runs/shared/runs-store.ts'
import { ask } from '../../platform/engine.ts'
import { settingCommands, useSettingList } from '../../features/settings/shared/setting-list.ts'
import {
  recentWorkspaceCommands,
  workspaceCommands,
} from '../../features/workspaces/shared/workspace-commands.ts'
import { useWorkspaces } from '../../features/workspaces/shared/workspaces-store.ts'
import { offeredCommands, type Command } from '../../ui/commands.ts'
import { appCommands } from './app-commands.ts'
import { findByName, type Found } from '../../../main/contract/find-by-name.ts'
import { recentCommands } from './recent-commands.ts'

const MAX_COMMANDS = 20
const MAX_FOUND_OF_A_KIND = 6
/** Lifts what was used lately over its equals. */
const RECENT = 5

/** Models and datasets are in the window already; runs are looked for by the engine, and follow. */
export function useFound(text: Ref<string>) {
  const router = useRouter()
  const models = useModels()
  const datasets = useDatasets()
  const runs = useRuns()
  const workspaces = useWorkspaces()
  const settings = useSettingList()
  const recent = shallowRef<string[]>([])
  const recentRuns = shallowRef<RunSummary[]>([])
  const runsFound = shallowRef<{ text: string; found: Found<RunSummary>[] }>({ text: '', found: [] })
  /** Whether the engine still looks for runs. */
  const searching = computed(() => text.value.trim() !== '' && runsFound.value.text !== text.value)

  async function refreshRecent(): Promise<void> {
    recent.value = recentCommands()
    const ids = recent.value.filter((id) => id.startsWith('run ')).map((id) => id.slice('run '.length))
    recentRuns.value = (await ask('runs.byId', { ids }).catch(() => ({ runs: [] }))).runs
  }

  watch(text, async (wanted) => {
    if (wanted.trim() === '') return
    const limit = MAX_FOUND_OF_A_KIND
    const { found } = await ask('runs.find', { text: wanted, limit }).catch(() => ({ found: [] }))
    if (text.value !== wanted) return
    runsFound.value = { text: wanted, found: found.map(({ run, score }) => ({ item: run, score })) }
  })

  const asCommand = {
    model: (model: (typeof models.list)[number]): Command => ({
      id: `model ${model.id}`,
      name: model.name,
      kind: 'Model',
      note: counted(model.nodes, 'node'),
      run: () => router.push(`/models/${model.id}`),
    }),
    dataset: (dataset: (typeof datasets.list)[number]): Command => ({
      id: `dataset ${dataset.id}`,
      name: dataset.name,
      kind: 'Dataset',
      note: counted(dataset.rows, 'row'),
      run: () => router.push({ name: 'dataset', params: { id: dataset.id } }),
    }),
    run: (run: RunSummary): Command => ({
      id: `run ${run.id}`,
      name: run.name,
      kind: 'Run',
      note: `${run.datasetName}, ${runs.latest(run).status}`,
      run: () => router.push(`/runs/${run.id}`),
    }),
  }

  function things(wanted: string): Found<Command>[] {
    const turned = <Item>(found: Found<Item>[], turn: (item: Item) => Command) =>
      found.map(({ item, score }) => ({ item: turn(item), score }))
    return [
      ...turned(findByName(models.list, wanted, MAX_FOUND_OF_A_KIND), asCommand.model),
      ...turned(findByName(datasets.list, wanted, MAX_FOUND_OF_A_KIND), asCommand.dataset),
      ...turned(runsFound.value.text === wanted ? runsFound.value.found : [], asCommand.run),
    ]
  }

  /** A thing that was gone to, if it is still there. */
  function thing(id: string): Command | undefined {
    const [kind, own] = [id.slice(0, id.indexOf(' ')), id.slice(id.indexOf(' ') + 1)]
    const model = kind === 'model' && models.list.find((each) => each.id === own)
    const dataset = kind === 'dataset' && datasets.list.find((each) => each.id === own)
    const run = kind === 'run' && recentRuns.value.find((each) => each.id === own)
    if (model) return asCommand.model(model)
    if (dataset) return asCommand.dataset(dataset)
    return run ? asCommand.run(run) : undefined
  }

  const found = computed<Command[]>(() => {
    const commands = [
      ...offeredCommands(),
      ...appCommands(router),
      ...workspaceCommands(workspaces),
      ...recentWorkspaceCommands(workspaces),
      ...settingCommands(settings.value, router),
    ]
    if (text.value.trim() === '') {
      const byId = new Map(commands.map((command) => [command.id, command]))
      const latest = recent.value.flatMap((id) => byId.get(id) ?? thing(id) ?? [])
      const ids = new Set(latest.map(({ id }) => id))
      return [...latest, ...commands.filter(({ id }) => !ids.has(id))]
    }
    const lifted = ({ item, score }: Found<Command>) => score + (recent.value.includes(item.id) ? RECENT : 0)
    return [
      ...findByName(commands, text.value, MAX_COMMANDS, ({ kind, words }) => `${kind} ${words ?? ''}`),
      ...things(text.value),
    ]
      .sort((a, b) => lifted(b) - lifted(a))
      .map(({ item }) => item)
  })

  return { found, searching, refreshRecent }
}
