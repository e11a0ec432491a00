/** Lets a form know which of its fields have invalid text, because these fields keep their last valid value. */
import {
  computed,
  inject,
  onBeforeUnmount,
  provide,
  reactive,
  watch,
  type ComputedRef,
  type InjectionKey,
} from 'vue'

type Problems = Map<symbol, string>

const problemsKey: InjectionKey<Problems> = Symbol('form problems')

/** Collects, in the component with the form, a message for each field with invalid text. */
export function collectProblems(): ComputedRef<string[]> {
  const problems = reactive<Problems>(new Map())
  provide(problemsKey, problems)
  return computed(() => [...problems.values()])
}

/** Reports to the form around a field, if there is one, what is wrong with the field's text, or '' for nothing. */
export function reportProblem(label: () => string, problem: () => string): void {
  const problems = inject(problemsKey, null)
  if (!problems) return
  const key = Symbol('field')
  watch(problem, (text) => (text === '' ? problems.delete(key) : problems.set(key, `${label()}: ${text}`)), {
    immediate: true,
  })
  onBeforeUnmount(() => problems.delete(key))
}
