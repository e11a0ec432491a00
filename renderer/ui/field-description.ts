/** Describes a field to screen readers by the hint and the problem of its row. */
import { inject, provide, type ComputedRef, type InjectionKey } from 'vue'

const descriptionKey: InjectionKey<ComputedRef<string | undefined>> = Symbol('field description')

export function describeFields(id: ComputedRef<string | undefined>): void {
  provide(descriptionKey, id)
}

/** For aria-describedby of a field: the ids of the hint and problem that the row around it shows, if any. */
export function useDescription(): ComputedRef<string | undefined> | undefined {
  return inject(descriptionKey, undefined)
}
