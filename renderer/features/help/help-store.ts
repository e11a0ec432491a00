import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { ErrorData } from '../../../main/contract/errors.ts'
import { asErrorData } from '../../platform/engine.ts'
import { contentsOf, type HelpPlace } from './help-contents.ts'
import { sectionsOf, type HelpPage } from './help-page.ts'

/** Holds the help's pages, and what the panel beside the page shows. */
export const useHelp = defineStore('help', () => {
  const pages = shallowRef<HelpPage[]>([])
  const problem = shallowRef<ErrorData | null>(null)
  const sections = computed(() => pages.value.flatMap(sectionsOf))
  const contents = computed(() => contentsOf(pages.value))
  /** The place that the panel shows, or null while it is closed. */
  const place = shallowRef<HelpPlace | null>(null)
  /** The places that the panel showed before. */
  const earlier = ref<HelpPlace[]>([])

  async function load(): Promise<void> {
    if (pages.value.length > 0) return
    try {
      pages.value = (await import('./help-pages.ts')).helpPages
      problem.value = null
    } catch (thrown) {
      problem.value = asErrorData(thrown)
    }
  }

  const pageOf = (id: string): HelpPage | undefined => pages.value.find((page) => page.id === id)

  function open(at: HelpPlace): void {
    earlier.value = []
    place.value = at
    void load()
  }

  function go(to: HelpPlace): void {
    if (place.value) earlier.value = [...earlier.value, place.value]
    place.value = to
  }

  function back(): void {
    place.value = earlier.value.at(-1) ?? place.value
    earlier.value = earlier.value.slice(0, -1)
  }

  function close(): void {
    place.value = null
  }

  return { pages, problem, sections, contents, place, earlier, load, pageOf, open, go, back, close }
})
