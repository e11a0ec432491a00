import type { Page } from 'playwright-core'

/** Drags files of the disk over the middle of the window; `drop` drops them there. */
export async function dragFiles(page: Page, paths: string[]): Promise<{ drop(): Promise<void> }> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: paths, dragOperationsMask: 1 }
  const send = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', { type, x: 600, y: 300, data })
  await send('dragEnter')
  await send('dragOver')
  return {
    drop: async () => {
      await send('drop')
      await session.detach()
    },
  }
}

export async function dropFiles(page: Page, paths: string[]): Promise<void> {
  const { drop } = await dragFiles(page, paths)
  await drop()
}
