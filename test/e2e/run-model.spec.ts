import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import type { RunningApp } from '../helpers/app.ts'
import { addFinishedRuns, launchPrepared } from '../helpers/finished-runs.ts'
import { saveModel } from '../helpers/page-models.ts'
import { openPage } from '../helpers/page-runs.ts'
import { sampleModel } from '../helpers/sample-run.ts'

/** Inside the page. */
declare const studio: StudioBridge

let running: RunningApp
let ids: string[]
const byId = (id: string): Locator => running.window.getByTestId(id)
const modelNames = () =>
  running.window.evaluate(async () =>
    (await studio.request('models.list', {})).models.map(({ name }) => name),
  )

beforeAll(async () => {
  running = await launchPrepared((workspace) => {
    ids = addFinishedRuns(workspace, { count: 1, epochs: 1 })
  })
  running.window.setDefaultTimeout(15_000)
})
afterAll(() => running.close())

it('A run’s Model tab draws what was trained', async () => {
  await openPage(running.window, `/runs/${ids[0]}?tab=model`)
  await byId('node-top').waitFor()
  expect(await byId('model-graph').innerText()).toContain('Dense input')
  const inside = async () => {
    const [graph, node] = [await byId('model-graph').boundingBox(), await byId('node-top').boundingBox()]
    return (
      node!.x >= graph!.x &&
      node!.y >= graph!.y &&
      node!.x + node!.width <= graph!.x + graph!.width &&
      node!.y + node!.height <= graph!.y + graph!.height
    )
  }
  await expect.poll(inside).toBe(true)
})

it('opens a copy on the canvas where no saved model is as the run was trained, else the saved one', async () => {
  await openPage(running.window, `/runs/${ids[0]}?tab=model`)
  await byId('open-run-model').click()
  await running.window.waitForURL(/#\/models\/[^/]+\/edit/)
  expect(await modelNames()).toEqual(['logistic regression (from a run)'])

  await saveModel(running.window, { ...sampleModel(), name: 'logistic regression' })
  const id = await running.window.evaluate(
    async () =>
      (await studio.request('models.list', {})).models.find(({ name }) => name === 'logistic regression')?.id,
  )
  await openPage(running.window, `/runs/${ids[0]}?tab=model`)
  await byId('open-run-model').click()
  await running.window.waitForURL(new RegExp(`#/models/${id}/edit`))
  expect(await modelNames()).toHaveLength(2)
})
