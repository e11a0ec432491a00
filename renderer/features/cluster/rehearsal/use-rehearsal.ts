/** Holds the form of the rehearsal and its answer, which follows every change. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { ErrorData } from '../../../../main/contract/errors.ts'
import type { Rehearsal, RehearsalOptions } from '../../../../main/contract/rehearsal.ts'
import { asErrorData, ask } from '../../../platform/engine.ts'
import { firstDraft, requestOf, withShape, type RehearsalDraft } from './rehearsal-draft.ts'

/** Typing a number changes it with every digit. */
const SETTLED_MS = 250

/** What was entered stays while other pages are shown. */
const kept = shallowRef<RehearsalDraft | null>(null)

export function useRehearsal(isValid: () => boolean) {
  const options = shallowRef<RehearsalOptions | null>(null)
  const draft = kept
  const answer = shallowRef<Rehearsal | null>(null)
  const problem = shallowRef<ErrorData | null>(null)
  const pending = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  async function open(dataset: string): Promise<void> {
    try {
      problem.value = null
      options.value = await ask('cluster.rehearsalOptions', {})
      draft.value ??= firstDraft(options.value, dataset)
    } catch (thrown) {
      problem.value = asErrorData(thrown)
    }
  }

  function change(path: string, value: unknown): void {
    if (!draft.value || !options.value) return
    const changed = { ...draft.value, [path]: value }
    draft.value = path === 'workload' ? withShape(changed, options.value) : changed
  }

  async function rehearse(): Promise<void> {
    if (!draft.value || !options.value) return
    const own = ++asked
    pending.value = true
    try {
      const found = await ask('cluster.rehearse', requestOf(draft.value, options.value))
      if (own !== asked) return
      answer.value = found
      problem.value = null
    } catch (thrown) {
      if (own !== asked) return
      answer.value = null
      problem.value = asErrorData(thrown)
    } finally {
      if (own === asked) pending.value = false
    }
  }

  watch([draft, options], () => {
    clearTimeout(timer)
    timer = setTimeout(() => isValid() && void rehearse(), answer.value ? SETTLED_MS : 0)
  })
  onScopeDispose(() => clearTimeout(timer))

  return { options, draft, answer, problem, pending, open, change, rehearse }
}
