import { computed, onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

/** Rows drawn above and below those in sight, so that scrolling shows no gap. */
const MARGIN = 12

/** The part of a long table that is worth drawing. Every row is `rowHeight` pixels high. */
export function useRowWindow(scroller: Ref<HTMLElement | null>, count: () => number, rowHeight: number) {
  const top = ref(0)
  const height = ref(800)
  let resizer: ResizeObserver | null = null

  const first = computed(() => {
    const wanted = Math.floor(top.value / rowHeight) - MARGIN
    return Math.max(0, Math.min(wanted, count() - 1))
  })
  const last = computed(() => Math.min(count(), Math.ceil((top.value + height.value) / rowHeight) + MARGIN))
  /** Heights of the rows left out. */
  const before = computed(() => first.value * rowHeight)
  const after = computed(() => (count() - last.value) * rowHeight)

  function onScroll(): void {
    top.value = scroller.value?.scrollTop ?? 0
  }

  /** Scrolls as little as is needed to have the row in sight, below a sticky head. */
  function reveal(index: number): void {
    const element = scroller.value
    if (!element) return
    const head = element.querySelector('thead')?.clientHeight ?? 0
    const start = index * rowHeight
    if (start < element.scrollTop) element.scrollTop = start
    const lowest = start + rowHeight + head - element.clientHeight
    if (lowest > element.scrollTop) element.scrollTop = lowest
  }

  onMounted(() => {
    if (!scroller.value) return
    resizer = new ResizeObserver(() => (height.value = scroller.value?.clientHeight ?? height.value))
    resizer.observe(scroller.value)
  })
  onBeforeUnmount(() => resizer?.disconnect())

  return { first, last, before, after, onScroll, reveal }
}
