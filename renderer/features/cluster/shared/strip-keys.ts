/** The keyboard in the picture of a job: Tab reaches one table, and arrow keys go on from it. */
import { computed, ref, type Ref } from 'vue'

const BLOCK = 'button[data-testid=plan-block]'

/** `stops` are all blocks that can be focused, as they are drawn, each as its rank and key. */
export function useStripKeys(picture: Readonly<Ref<HTMLElement | null>>, stops: () => readonly string[]) {
  const active = ref('')
  const tabStop = computed({
    get: () => (stops().includes(active.value) ? active.value : (stops()[0] ?? '')),
    set: (stop) => (active.value = stop),
  })

  /** Left and right go through the tables of a rank, up and down to the table above or below. */
  function onKeydown(event: KeyboardEvent): void {
    const block = (event.target as HTMLElement).closest<HTMLElement>(BLOCK)
    if (!block || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const next = neighbour(block, event.key)
    if (!next) return
    event.preventDefault()
    next.focus()
  }

  function neighbour(block: HTMLElement, key: string): HTMLElement | undefined {
    const blocks = [...(picture.value?.querySelectorAll<HTMLElement>(BLOCK) ?? [])]
    const index = blocks.indexOf(block)
    if (key === 'ArrowRight') return blocks[index + 1]
    if (key === 'ArrowLeft') return blocks[index - 1]
    if (key !== 'ArrowDown' && key !== 'ArrowUp') return undefined
    const own = block.getBoundingClientRect()
    const centre = own.left + own.width / 2
    const rest = key === 'ArrowDown' ? blocks.slice(index + 1) : blocks.slice(0, index).reverse()
    const first = rest.find((each) => each.parentElement !== block.parentElement)
    if (!first) return undefined
    const row = rest.filter((each) => each.parentElement === first.parentElement)
    const distance = (each: HTMLElement) => {
      const { left, width } = each.getBoundingClientRect()
      return Math.abs(left + width / 2 - centre)
    }
    return row.reduce((best, each) => (distance(each) < distance(best) ? each : best), first)
  }

  return { tabStop, onKeydown }
}
