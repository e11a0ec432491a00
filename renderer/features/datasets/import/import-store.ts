import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef } from 'vue'
import { asErrorData, ask } from '../../../platform/engine.ts'
import { defaultSplitOf, mainTimeColumn } from '../../../../main/contract/dataset-defaults.ts'
import {
  DEFAULT_MAX_REJECTED,
  type FilePreview,
  type ImportRequest,
  type PreviewRequest,
} from '../../../../main/contract/datasets.ts'
import { withRemedies, type Remedy } from '../../../../main/contract/remedies.ts'
import type { ErrorData } from '../../../../main/contract/errors.ts'
import type { ChosenFile } from '../../../../main/contract/file-handles.ts'
import type { RecipeName } from '../../../../main/contract/recipes.ts'
import { useDatasets } from '../shared/datasets-store.ts'
import { useJobs } from '../shared/jobs-store.ts'
import { columnDrafts, columnsProblem, timeColumns, type ColumnDraft } from './column-draft.ts'
import { nameProblem, suggestName } from './dataset-name.ts'
import { stepOf, type ImportStep } from './step-of-error.ts'
import { importRequestOf, type MissingRemedy } from './import-request.ts'
import { defaultSplitDraft, splitDraftOf, splitOf, type SplitDraft } from './split-draft.ts'

type Layout = Omit<PreviewRequest, 'file' | 'schema'> & { schema?: string }
type RemediedRequest = Pick<ImportRequest, 'reading' | 'missingIn'>

/** The limit that the field shows first if it counts rows. */
const DEFAULT_MAX_REJECTED_ROWS = 1000

/** Holds the choices of the import wizard, which stay while another page is open and until the import has succeeded. */
export const useImport = defineStore('import', () => {
  const datasets = useDatasets()
  const jobs = useJobs()

  const step = ref<ImportStep>('files')
  const files = ref<ChosenFile[]>([])
  const layout = ref<Layout>({ format: 'auto' })
  const preview = shallowRef<FilePreview | null>(null)
  const previewing = ref(false)
  const columns = shallowRef<ColumnDraft[]>([])
  const split = reactive<SplitDraft>(defaultSplitDraft())
  const name = ref('')
  const rejectedLimit = ref<'share' | 'rows'>('share')
  const maxRejectedPercent = ref(100 * DEFAULT_MAX_REJECTED)
  const maxRejectedRows = ref(DEFAULT_MAX_REJECTED_ROWS)
  /** The texts that a column's values were found to miss, besides the choices of the steps. */
  const remedies = shallowRef<MissingRemedy[]>([])
  /** The failure, which is shown on its step. */
  const problem = shallowRef<ErrorData | null>(null)
  const cancelled = ref(false)
  /** Why a recipe could not be taken. */
  const recipeProblem = ref('')
  /** The path of the file that has the recipe, if it is not one of the app's own. */
  const recipeFile = ref('')
  /** The job of this import, which is empty before it starts. */
  const job = ref('')
  const running = ref(false)
  let previews = 0
  let nameIsOwn = false

  const taken = computed(() => new Set(datasets.list.map((dataset) => dataset.id)))
  const problemOfName = computed(() => nameProblem(name.value, taken.value))
  /** Criteo's columns are known unless a recipe prepares them in another way. */
  const fixedColumns = computed(() => {
    const { recipe, schema } = layout.value
    return preview.value?.format === 'criteo' && recipe === undefined && schema === undefined
  })
  const problemOfColumns = computed(() => (fixedColumns.value ? '' : columnsProblem(columns.value)))
  const splitResult = computed(() =>
    splitOf(
      split,
      columns.value.map((column) => column.name),
      timeColumns(columns.value),
      files.value.map(({ path }) => path),
    ),
  )
  const problemOfSplit = computed(() => ('problem' in splitResult.value ? splitResult.value.problem : null))
  const problemStep = computed(() => problem.value && stepOf(problem.value))
  const ready = computed(
    () =>
      preview.value !== null &&
      problemOfColumns.value === '' &&
      problemOfSplit.value === null &&
      problemOfName.value === '',
  )

  async function readPreview(): Promise<void> {
    const [file] = files.value
    const own = ++previews
    problem.value = null
    if (file === undefined) {
      preview.value = null
      previewing.value = false
      return
    }
    previewing.value = true
    try {
      const answer = await ask('datasets.preview', { file: file.handle, ...layout.value })
      if (own === previews) take(answer)
    } catch (thrown) {
      if (own !== previews) return
      preview.value = null
      problem.value = asErrorData(thrown)
    } finally {
      if (own === previews) previewing.value = false
    }
  }

  function take(next: FilePreview): void {
    const before = preview.value && defaultSplitOf(preview.value.format, preview.value.columns).kind
    const suggested = defaultSplitOf(next.format, next.columns).kind
    if (before !== suggested) split.kind = suggested
    if (preview.value?.file !== next.file) remedies.value = []
    preview.value = next
    columns.value = columnDrafts(next, columns.value)
    if (!timeColumns(columns.value).includes(split.timeColumn)) {
      split.timeColumn = mainTimeColumn(next.columns) ?? ''
    }
    split.orderColumn ||= split.timeColumn
    split.userColumn ||= columns.value.find(({ role }) => role === 'userId')?.name ?? ''
    if (!nameIsOwn) name.value = suggestName(next.file, taken.value)
  }

  /** A file that is chosen again gets its newer handle, which is valid for longer. */
  async function addFiles(chosen: readonly ChosenFile[]): Promise<void> {
    const first = files.value[0]?.path
    files.value = [...new Map([...files.value, ...chosen].map((file) => [file.path, file])).values()]
    if (files.value[0]?.path !== first || !preview.value) await readFirst()
  }

  async function removeFile(path: string): Promise<void> {
    const first = files.value[0]?.path
    files.value = files.value.filter((other) => other.path !== path)
    if (files.value[0]?.path !== first) await readFirst()
  }

  /** Reads another first file, which need not be of the kind that a recipe is for. */
  async function readFirst(): Promise<void> {
    layout.value = withoutRecipe()
    recipeProblem.value = ''
    await readPreview()
  }

  /** Takes what makes the next import accept rows. What concerns a whole file is one of its settings. */
  async function useRemedies(chosen: readonly Remedy[]): Promise<void> {
    const { reading = {} } = withRemedies<RemediedRequest>({}, chosen)
    remedies.value = [...remedies.value, ...chosen.filter((remedy) => remedy.kind === 'missing')]
    if (Object.keys(reading).length > 0) await setLayout(reading)
  }

  function withoutRecipe(): Layout {
    const others = { ...layout.value }
    delete others.recipe
    delete others.schema
    return others
  }

  /**
   * Takes columns and split of a recipe or of a file that has one, or guesses again without. A recipe for other files leaves
   * everything as it was.
   */
  async function chooseRecipe(chosen: { recipe: RecipeName } | { schema: ChosenFile } | null): Promise<void> {
    const [file] = files.value
    if (!file) return
    recipeProblem.value = ''
    const own = ++previews
    const choice = chosen && 'schema' in chosen ? { schema: chosen.schema.handle } : chosen
    // A file says how others are read, too, so what was chosen before must not stand against it.
    const others: Layout = choice && 'schema' in choice ? { format: 'auto' } : withoutRecipe()
    const next: Layout = { ...others, ...choice }
    try {
      const answer = await ask('datasets.preview', { file: file.handle, ...next })
      if (own !== previews) return
      layout.value = next
      recipeFile.value = chosen && 'schema' in chosen ? chosen.schema.path : ''
      columns.value = []
      take(answer)
      const paths = files.value.map(({ path }) => path)
      if (answer.split) Object.assign(split, splitDraftOf(answer.split, paths))
    } catch (thrown) {
      if (own === previews) recipeProblem.value = asErrorData(thrown).message
    }
  }

  async function setLayout(change: Partial<Layout>): Promise<void> {
    layout.value = { ...layout.value, ...change }
    await readPreview()
  }

  function setName(text: string): void {
    name.value = text
    nameIsOwn = true
  }

  /** Returns the name of the finished dataset, or null if `problem` and `step` say why there is none. */
  async function start(): Promise<string | null> {
    if (!preview.value || !('split' in splitResult.value)) return null
    if (job.value !== '') jobs.dismiss(job.value)
    problem.value = null
    cancelled.value = false
    running.value = true
    try {
      job.value = await jobs.startImport(
        importRequestOf({
          name: name.value,
          files: files.value,
          preview: preview.value,
          fixedColumns: fixedColumns.value,
          columns: columns.value,
          split: splitResult.value.split,
          limit:
            rejectedLimit.value === 'share'
              ? { maxRejected: maxRejectedPercent.value / 100 }
              : { maxRejected: 1, maxRejectedRows: maxRejectedRows.value },
          remedies: remedies.value,
        }),
      )
      const { dataset } = await jobs.end(job.value)
      reset()
      return dataset
    } catch (thrown) {
      fail(asErrorData(thrown))
      return null
    } finally {
      running.value = false
    }
  }

  function fail(error: ErrorData): void {
    cancelled.value = error.code === 'Cancelled'
    if (cancelled.value) return
    problem.value = error
    step.value = stepOf(error)
  }

  function reset(): void {
    previews++
    step.value = 'files'
    files.value = []
    layout.value = { format: 'auto' }
    preview.value = null
    previewing.value = false
    columns.value = []
    Object.assign(split, defaultSplitDraft())
    name.value = ''
    nameIsOwn = false
    rejectedLimit.value = 'share'
    maxRejectedPercent.value = 100 * DEFAULT_MAX_REJECTED
    maxRejectedRows.value = DEFAULT_MAX_REJECTED_ROWS
    remedies.value = []
    problem.value = null
    recipeProblem.value = ''
    recipeFile.value = ''
    cancelled.value = false
    job.value = ''
  }

  return {
    step,
    files,
    layout,
    preview,
    previewing,
    columns,
    split,
    name,
    rejectedLimit,
    maxRejectedPercent,
    maxRejectedRows,
    remedies,
    useRemedies,
    problem,
    problemStep,
    problemOfName,
    problemOfColumns,
    problemOfSplit,
    splitResult,
    cancelled,
    job,
    running,
    ready,
    readPreview,
    addFiles,
    removeFile,
    setLayout,
    chooseRecipe,
    recipeProblem,
    recipeFile,
    fixedColumns,
    setName,
    start,
    reset,
  }
})
