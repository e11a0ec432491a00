/** Decides what the boxes of the canvas show: memory, work, or the times of a step as soon as they are known. */
import { computed, reactive, ref, type Ref } from 'vue'
import { useStepTimes } from '../shared/step-time/step-times-store.ts'
import { useStepTime } from '../shared/step-time/use-step-time.ts'
import type { BoxTexts } from '../shared/drawing/box-text.ts'
import type { Editor } from './use-editor.ts'

/** `dataset` is the id of the dataset that the model is checked against, which has `trainRows` rows to train on. */
export function useBoxTexts(
  editor: Editor,
  dataset: Readonly<Ref<string>>,
  trainRows: Readonly<Ref<number>>,
) {
  const stepTime = reactive(
    useStepTime(
      computed(() =>
        editor.document && editor.columns && editor.sound
          ? {
              document: editor.document,
              columns: editor.columns,
              dataset: dataset.value,
              trainRows: trainRows.value,
            }
          : null,
      ),
    ),
  )
  const stepTimes = useStepTimes()
  const shown = ref<BoxTexts['shows']>('memory')
  const shownOptions = computed(() => [
    { value: 'memory' as const, text: 'Memory' },
    { value: 'work' as const, text: 'Work' },
    ...(stepTime.times ? [{ value: 'times' as const, text: 'Times' }] : []),
  ])
  /** Stays the same object while nothing changes, because another object would redraw every node. */
  const boxes = computed((): BoxTexts => ({
    shows: shown.value,
    optimizer: stepTimes.choice.optimizer,
    times: stepTime.times,
  }))
  return { stepTime, shown, shownOptions, boxes }
}
