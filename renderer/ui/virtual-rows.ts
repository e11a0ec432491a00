import { computed, onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

/** This many rows beyond the visible ones are drawn, so that scrolling shows no blanks. */
const OVERSCAN = 10

/** Chooses the rows of a long table to draw by the scroller's position and size. All rows have one height. */
export function useVirtualRows(
  scroller: Readonly<Ref<HTMLElement | null>>,
  count: () => number,
  rowHeight: () => number,
) {
  const top = ref(0)
  const height = ref(0)
  let resizer: ResizeObserver | null = null

  const first = computed(() => {
    const row = Math.floor(top.value / rowHeight()) - OVERSCAN
    return Math.max(0, Math.min(row, count() - 1))
  })
  /** The index after the last one. */
  const end = computed(() =>
    Math.min(count(), Math.ceil((top.value + height.value) / rowHeight()) + OVERSCAN),
  )

  function measure(): void {
    top.value = scroller.value?.scrollTop ?? 0
    height.value = scroller.value?.clientHeight ?? 0
  }

  /** The height of a sticky header. */
  const headerHeight = (): number => scroller.value?.querySelector('thead')?.clientHeight ?? 0

  /** Scrolls no further than needed to show the row. */
  function reveal(index: number): void {
    const element = scroller.value
    if (!element) return
    const from = index * rowHeight()
    const visible = element.clientHeight - headerHeight()
    if (from < element.scrollTop) element.scrollTop = from
    else if (from + rowHeight() > element.scrollTop + visible)
      element.scrollTop = from + rowHeight() - visible
    measure()
  }

  const rowsInView = () => Math.max(1, Math.floor((height.value - headerHeight()) / rowHeight()))

  onMounted(() => {
    measure()
    resizer = new ResizeObserver(measure)
    if (scroller.value) resizer.observe(scroller.value)
  })
  onBeforeUnmount(() => resizer?.disconnect())

  return {
    first,
    end,
    above: computed(() => first.value * rowHeight()),
    below: computed(() => Math.max(0, count() - end.value) * rowHeight()),
    measure,
    reveal,
    rowsInView,
  }
}
