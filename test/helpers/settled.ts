/** Conditions by which a test knows that a page has finished what it does. */
import type { Page } from 'playwright-core'
import type { StudioBridge } from '../../main/contract/channel.ts'

/** Inside the page. */
declare const studio: StudioBridge

/** An animation or a layout moves something in nearly every frame, so it has ended when so many frames are the same. */
const STILL_FRAMES = 6

/** Resolves after the page was drawn twice, so that whatever events have changed before is on screen. */
export const drawn = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()))
      }),
  )

/**
 * Resolves after the page was drawn twice and has then had an answer from shell and engine. What a script asked of the
 * shell before, such as a navigation, has been refused or has begun by then, because the shell handles it first.
 */
export async function requestsHandled(page: Page): Promise<void> {
  await drawn(page)
  await page.evaluate(async () => void (await studio.request('workspace.info', {})))
}

/** Resolves when elements match the selector and none of them has moved, come or gone for several frames. */
export const untilStill = (page: Page, selector: string): Promise<void> =>
  page.evaluate(
    async ({ selector, frames }) => {
      const boxes = (): string =>
        [...document.querySelectorAll(selector)]
          .map((element) => {
            const { x, y, width, height } = element.getBoundingClientRect()
            return [x, y, width, height].join()
          })
          .join(' ')
      let before = ''
      for (let same = 0; same < frames;) {
        await new Promise(requestAnimationFrame)
        const now = boxes()
        same = now !== '' && now === before ? same + 1 : 0
        before = now
      }
    },
    { selector, frames: STILL_FRAMES },
  )
