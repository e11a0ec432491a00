import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunningApp } from '../helpers/app.ts'
import { answerSaveDialog } from '../helpers/dialogs.ts'
import { addFinishedRuns, launchPrepared } from '../helpers/finished-runs.ts'
import { openPage } from '../helpers/page-runs.ts'
import { drawn } from '../helpers/settled.ts'

const RUNS = 20

let running: RunningApp
let ids: string[]
const byId = (id: string): Locator => running.window.getByTestId(id)

beforeAll(async () => {
  running = await launchPrepared((workspace) => {
    ids = addFinishedRuns(workspace, {
      count: RUNS,
      epochs: 8,
      points: 60,
      changes: (index) => ({ name: `a run whose name is long, with seed ${index}` }),
    })
  })
  running.window.setDefaultTimeout(20_000)
})
afterAll(() => running.close())

/** The positions of everything that could move while the pointer crosses the chart. */
async function positionsWhileHovering(chart: Locator): Promise<{ positions: Set<string>; tooltips: number }> {
  await chart.scrollIntoViewIfNeeded()
  const box = (await chart.locator('.u-over').boundingBox())!
  const positions = new Set<string>()
  let tooltips = 0
  const note = async () =>
    positions.add(
      await running.window.evaluate(() => {
        const main = document.getElementById('content')!
        const boxes = [...main.querySelectorAll('section, .u-over, table')].map((element) => {
          const { top, left, width, height } = element.getBoundingClientRect()
          return [top, left, width, height].map(Math.round)
        })
        return JSON.stringify([main.scrollHeight, boxes])
      }),
    )
  await running.window.mouse.move(5, 5)
  await note()
  for (let step = 1; step < 12; step++) {
    await running.window.mouse.move(box.x + (box.width * step) / 12, box.y + box.height / 2)
    await drawn(running.window)
    await note()
    tooltips += await chart.getByTestId('chart-tooltip').count()
  }
  return { positions, tooltips }
}

it('A run’s page does not move while the pointer is over a chart, which shows its values there', async () => {
  await openPage(running.window, `/runs/${ids[0]}`)
  const chart = byId('loss-chart')
  await chart.locator('.u-over').waitFor()
  const { positions, tooltips } = await positionsWhileHovering(chart)
  expect(positions.size).toBe(1)
  expect(tooltips).toBe(11)
  const text = await chart.getByTestId('chart-tooltip').innerText()
  expect(text).toMatch(/^Step \d+/)
  expect(text).toMatch(/Training\s+0\.\d{4}/)
  await running.window.mouse.move(5, 5)
  await byId('chart-tooltip').waitFor({ state: 'detached' })
})

it('Twenty runs are compared with a crosshair, and nothing moves', async () => {
  await openPage(running.window, `/compare?ids=${ids.join(',')}`)
  const chart = byId('chart-train/loss')
  await chart.locator('.u-over').waitFor()
  await expect.poll(() => chart.getByRole('button').count()).toBe(RUNS)
  const { positions, tooltips } = await positionsWhileHovering(chart)
  expect(positions.size).toBe(1)
  expect(tooltips).toBe(11)
  expect(await chart.locator('.u-cursor-x').isVisible()).toBe(true)
  expect(await chart.getByTestId('chart-tooltip').innerText()).toContain('12 more')
  // The legend stands beside the plot and scrolls in itself.
  const plot = (await chart.locator('.u-over').boundingBox())!
  const legend = (await chart.getByRole('group').boundingBox())!
  expect(legend.x).toBeGreaterThanOrEqual(plot.x + plot.width)
  expect(legend.height).toBeLessThan(260)
})

it('A right click on a chart copies its values and saves its picture', async () => {
  const { app, window, workspace } = running
  const file = join(workspace, 'chart.png')
  await answerSaveDialog(running, file)
  await openPage(window, `/runs/${ids[0]}`)
  const plot = byId('auc-chart').locator('.u-over')
  await plot.click({ button: 'right' })
  await window.getByRole('menuitem', { name: 'Copy values as CSV' }).click()
  const copied = await app.evaluate(({ clipboard }) => clipboard.readText())
  expect(copied.split('\n').slice(0, 2)).toEqual(['step,Validation,Test', expect.stringMatching(/^75,0\.7/)])
  expect(copied.trimEnd().split('\n')).toHaveLength(1 + 8)
  await plot.click({ button: 'right' })
  await window.getByRole('menuitem', { name: 'Save as PNG…' }).click()
  await window.getByText(`Written to ${file}.`).waitFor()
  const picture = await readFile(file)
  // Signature, then the width in the header's first field.
  expect(picture.subarray(1, 4).toString('latin1')).toBe('PNG')
  expect(picture.readUInt32BE(16)).toBeGreaterThan(300)
})
