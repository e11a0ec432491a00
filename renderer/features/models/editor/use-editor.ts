/** Holds the model that is being edited. The document changes at once, its history in the database a moment later. */
import { ElMessage } from 'element-plus'
import { computed, ref, shallowRef, type UnwrapNestedRefs } from 'vue'
import { asErrorData, ask } from '../../../platform/engine.ts'
import type { ErrorData } from '../../../../main/contract/errors.ts'
import type { UndoState, ModelVersion } from '../../../../main/contract/models.ts'
import { checkDocument } from '../../../../main/model/check.ts'
import { MAX_NODES, type BoundColumns, type ModelDocument } from '../../../../main/model/document.ts'
import { placeNodes } from '../../../../main/model/editing/edits.ts'
import {
  difference,
  documentPatch,
  isEmpty,
  MAX_EDIT_NAME,
  type DocumentPatch,
} from '../../../../main/model/editing/patch.ts'
import { schemaProblems } from '../../../../main/model/parse.ts'
import { problemText } from '../../../../main/model/plan.ts'
import { formatExact } from '../../../platform/units.ts'
import { missingPositions } from './canvas-layout.ts'
import { fitted } from './picture-text.ts'

/** Changes of one field become one edit while each follows the last within this time. */
const MERGE_MS = 800
/** A menu has room for an edit's name of this length. */
const NAME_LETTERS = 80

interface Unsent {
  name: string
  key: string | null
  before: ModelDocument
  timer: ReturnType<typeof setTimeout>
}

export function useEditor() {
  const id = ref('')
  const document = shallowRef<ModelDocument | null>(null)
  const columns = shallowRef<BoundColumns | null>(null)
  const undoState = shallowRef<UndoState>({ done: 0, undo: null, redo: null })
  const problem = shallowRef<ErrorData | null>(null)
  const waiting = ref(0)
  const unsent = shallowRef<Unsent | null>(null)
  let queue: Promise<unknown> = Promise.resolve()

  /** Says whether there are edits that the database does not have yet. */
  const saving = computed(() => waiting.value > 0 || unsent.value !== null)

  const check = computed(() => document.value && checkDocument(document.value, columns.value))
  const sound = computed(() => check.value?.problems.every(({ severity }) => severity !== 'error') ?? false)

  async function open(model: string): Promise<void> {
    try {
      const [saved, state] = await Promise.all([
        ask('models.get', { id: model }),
        ask('models.undoState', { id: model }),
      ])
      undoState.value = state
      id.value = model
      document.value = saved.document
      problem.value = null
    } catch (thrown) {
      problem.value = asErrorData(thrown)
    }
  }

  /**
   * Makes a change as an edit with a name. Changes with the same key become one edit while they follow each other closely,
   * as the letters of a word do.
   */
  function apply(
    name: string,
    change: (document: ModelDocument) => ModelDocument,
    key: string | null = null,
  ): void {
    if (!document.value) return
    const before = document.value
    // The first edit of a model without positions stores the positions that it is shown at.
    const after = change(placeNodes(before, missingPositions(before)))
    if (after === before) return
    const patch = difference(before, after)
    if (isEmpty(patch)) return
    const refused = refusal(after, patch)
    if (refused !== null) return void ElMessage({ type: 'warning', message: refused })
    if (unsent.value && (key === null || unsent.value.key !== key)) send()
    document.value = after
    if (unsent.value) clearTimeout(unsent.value.timer)
    unsent.value = {
      // Names contain labels, which may be longer than a name.
      name: fitted(name, NAME_LETTERS).slice(0, MAX_EDIT_NAME),
      key,
      before: unsent.value?.before ?? before,
      timer: setTimeout(send, key === null ? 0 : MERGE_MS),
    }
  }

  /** Sends the unsent edit to the database. The queue keeps the order. */
  function send(): void {
    const edit = unsent.value
    const after = document.value
    unsent.value = null
    if (!edit || !after) return
    clearTimeout(edit.timer)
    const patch = difference(edit.before, after)
    if (isEmpty(patch)) return
    waiting.value++
    enqueue(async () => {
      undoState.value = await ask('models.edit', {
        id: id.value,
        after: undoState.value.done,
        name: edit.name,
        patch,
      })
    })
  }

  function enqueue(work: () => Promise<void>): void {
    queue = queue
      .then(() => (problem.value ? undefined : work()))
      .catch((thrown: unknown) => (problem.value = asErrorData(thrown)))
      .finally(() => (waiting.value = Math.max(0, waiting.value - 1)))
  }

  async function step(direction: 'undo' | 'redo'): Promise<void> {
    send()
    waiting.value++
    enqueue(async () => {
      const answer = await ask('models.step', { id: id.value, direction })
      undoState.value = answer.undoState
      if (answer.document) document.value = answer.document
    })
    await queue
  }

  /** Restores a version, as an edit that can be undone. */
  async function restore(version: Pick<ModelVersion, 'kind' | 'id'>): Promise<void> {
    send()
    waiting.value++
    enqueue(async () => {
      const answer = await ask('models.restoreVersion', { id: id.value, version })
      undoState.value = answer.undoState
      document.value = answer.document
    })
    await queue
  }

  /** Resolves once the database has everything. */
  async function settled(): Promise<void> {
    send()
    await queue
  }

  return {
    id,
    document,
    columns,
    undoState,
    problem,
    saving,
    check,
    sound,
    open,
    apply,
    step,
    restore,
    settled,
  }
}

/** Says why the database would refuse an edit. It is then not made, because nothing would be saved from there on. */
function refusal(after: ModelDocument, patch: DocumentPatch): string | null {
  if (after.nodes.length > MAX_NODES)
    return `A model has ${formatExact(MAX_NODES)} nodes at most: nothing was added.`
  const { error } = documentPatch.safeParse(patch)
  const [problem] = error ? schemaProblems(error, patch) : []
  return problem ? `Nothing was changed: ${problemText(problem)}` : null
}

/** The editor as a page holds it, with its refs unwrapped. */
export type Editor = UnwrapNestedRefs<ReturnType<typeof useEditor>>
