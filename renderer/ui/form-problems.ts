/** Fields whose text is not valid yet keep their last value: the form that holds them has to know before it acts. */
import {
  computed,
  inject,
  onBeforeUnmount,
  provide,
  reactive,
  watch,
  type ComputedRef,
  type InjectionKey,
  type Ref,
} from 'vue'

type Problems = Map<symbol, string>

const problemsKey: InjectionKey<Problems> = Symbol('form problems')

/** In the component that holds the form: one line for each of its fields with invalid text. */
export function collectProblems(): ComputedRef<string[]> {
  const problems = reactive<Problems>(new Map())
  provide(problemsKey, problems)
  return computed(() => [...problems.values()])
}

/** In a field: tells the form around it, if there is one, what is wrong with the field's text; '' for nothing. */
export function reportProblem(label: () => string, problem: Ref<string>): void {
  const problems = inject(problemsKey, null)
  if (!problems) return
  const key = Symbol('field')
  watch(problem, (text) => (text === '' ? problems.delete(key) : problems.set(key, `${label()}: ${text}`)), {
    immediate: true,
  })
  onBeforeUnmount(() => problems.delete(key))
}
