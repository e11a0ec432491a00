/**
 * How long the designer keeps an input waiting, on a canvas of 300 and of 1,000 nodes: a node is dragged for 40 moves, one
 * is added, nudged, and taken back, while the mouse moves all the time. `wait` is the longest time between an input and the
 * beginning of its handling, of which up to 17 ms are the wait for the next frame; `block` is the longest time in which the
 * page could handle none.
 *
 *   xvfb-run -a -s '-screen 0 1600x1200x24' node test/bench/designer.ts
 */
import type { Page } from 'playwright-core'
import { launchApp } from '../helpers/app.ts'
import { largeModel } from '../helpers/large-model.ts'
import { saveModel } from '../helpers/page-models.ts'
import { openPage } from '../helpers/page-runs.ts'

/** Inside the page. */
declare const probe: { waits: number[]; gaps: number[] }

/** Watches the page's inputs and its turns from now on. */
function watch(page: Page): Promise<void> {
  return page.evaluate(() => {
    const made = { waits: [] as number[], gaps: [] as number[] }
    Object.assign(globalThis, { probe: made })
    let last = performance.now()
    setInterval(() => {
      const now = performance.now()
      made.gaps.push(now - last)
      last = now
    }, 1)
    for (const type of ['pointermove', 'pointerdown', 'pointerup', 'keydown'])
      addEventListener(
        type,
        (event) => {
          // Moves within a frame arrive as one, which has the time of the last.
          const [first] = event instanceof PointerEvent ? event.getCoalescedEvents() : []
          made.waits.push(performance.now() - (first ?? event).timeStamp)
        },
        { capture: true },
      )
  })
}

async function measure(page: Page, what: string, act: () => Promise<void>): Promise<void> {
  await page.evaluate(() => {
    probe.waits.length = probe.gaps.length = 0
  })
  const inputs = [act()]
  // Sent, not waited for: an input does not wait until the page has time.
  for (let move = 0; move < 100; move++) {
    if (what !== 'drag') inputs.push(page.mouse.move(400 + move * 3, 600))
    await page.waitForTimeout(10)
  }
  await Promise.all(inputs)
  const { wait, block } = await page.evaluate(() => ({
    wait: Math.max(0, ...probe.waits),
    block: Math.max(0, ...probe.gaps),
  }))
  console.log(`  ${what}: wait ${wait.toFixed(0)} ms, block ${block.toFixed(0)} ms`)
}

async function drag(page: Page): Promise<void> {
  const box = await page.locator('.vue-flow__node[data-id="table_45"]').boundingBox()
  if (!box) throw new Error('The node is out of sight.')
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  for (let move = 0; move < 40; move++) {
    await page.mouse.move(box.x + move * 3, box.y + move * 2)
    await page.waitForTimeout(16)
  }
  await page.mouse.up()
}

const running = await launchApp()
const { window: page } = running
try {
  await page.setViewportSize({ width: 1400, height: 860 })
  for (const count of [300, 1000]) {
    const id = await saveModel(page, largeModel(count))
    const begun = performance.now()
    await openPage(page, `/models/${id}/edit`)
    await page.locator('.vue-flow__node[data-id="loss"]').waitFor()
    console.log(`${count} nodes, open after ${(performance.now() - begun).toFixed(0)} ms`)
    await page.waitForTimeout(1500)
    await page.getByTestId('fit-view').click()
    await page.waitForTimeout(3000)
    await watch(page)
    await measure(page, 'drag', () => drag(page))
    await page.getByTestId('palette-search').fill('MLP')
    await measure(page, 'add', () => page.keyboard.press('Enter'))
    if ((await page.locator('.vue-flow__node').count()) !== count + 1) throw new Error('Nothing was added.')
    await measure(page, 'nudge', () => page.keyboard.press('ArrowRight'))
    await measure(page, 'undo', () => page.keyboard.press('Control+z'))
  }
} finally {
  await running.close()
}
