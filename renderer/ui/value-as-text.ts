/** Edits a value as text. The value changes only while the text is valid, and the text follows a value from outside. */
import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'

export interface ValueAsText {
  text: Ref<string>
  /** What is wrong with the text, or nothing. */
  problem: ComputedRef<string>
  /** Takes what was typed. */
  take: (typed: string) => void
}

export function useValueAsText<Value>(
  value: Ref<Value>,
  write: (value: Value) => string,
  read: (text: string) => { value: Value } | { problem: string },
): ValueAsText {
  const text = ref(write(value.value))
  const parsed = computed(() => read(text.value))

  watch(value, (next) => {
    // Text such as 1e-3 stays as it was typed if it means the value.
    if (!('value' in parsed.value) || write(parsed.value.value) !== write(next)) text.value = write(next)
  })

  return {
    text,
    problem: computed(() => ('problem' in parsed.value ? parsed.value.problem : '')),
    take: (typed) => {
      text.value = typed
      if ('value' in parsed.value) value.value = parsed.value.value
    },
  }
}
