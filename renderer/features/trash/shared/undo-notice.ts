/** Says that something is in the trash, with a button that brings it back. */
import { ElButton, ElNotification } from 'element-plus'
import { h } from 'vue'
import type { TrashedItem } from '../../../../main/contract/trash.ts'
import { ask } from '../../../platform/engine.ts'
import { attempt } from '../../../ui/confirm.ts'

/** Long enough to notice a mistake. Afterwards the trash still has it. */
const SHOWN_MS = 12_000

let closeLast: (() => void) | null = null

/** `what` names what was deleted, such as a name or "3 runs". Only the last deletion is offered. */
export function offerUndo(what: string, items: readonly Pick<TrashedItem, 'kind' | 'id'>[]): void {
  if (items.length === 0) return
  async function undo(): Promise<void> {
    close()
    await attempt(async () => {
      for (const item of items) await ask('trash.restore', { ...item })
    })
  }
  closeLast?.()
  const { close } = ElNotification({
    title: 'Moved to the trash',
    message: h('div', { class: 'undo-notice' }, [
      h('span', what),
      h(
        ElButton,
        { size: 'small', 'data-testid': 'undo-delete', onClick: () => void undo() },
        { default: () => 'Undo' },
      ),
    ]),
    duration: SHOWN_MS,
    position: 'bottom-right',
    offset: 40,
    customClass: 'undo-notification',
  })
  closeLast = close
}
