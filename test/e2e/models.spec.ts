import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import type { BoundColumns, ModelDocument } from '../../main/model/document.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { answerSaveDialog } from '../helpers/dialogs.ts'
import { once } from '../helpers/once.ts'
import { saveModel } from '../helpers/page-models.ts'
import { movieLensColumns, openPage } from '../helpers/page-runs.ts'

/** Inside the page. */
declare const studio: StudioBridge

let running: RunningApp
let page: Page
let files: string
let columns: BoundColumns
/** What axe says of the page of a workspace without models. */
let violationsWithoutModels: string[]

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'models-'))
  running = await launchApp()
  page = running.window
  page.setDefaultTimeout(30_000)
  await byId('nav-models').click()
  await byId('no-models').waitFor()
  violationsWithoutModels = await seriousViolations(page)
  columns = await movieLensColumns(page)
}, 180_000)
afterAll(async () => {
  await running.close()
  rmSync(files, { recursive: true, force: true })
})

const byId = (id: string) => page.getByTestId(id)
const text = (id: string) => byId(id).innerText()
const waitForText = (id: string, wanted: string) => byId(id).filter({ hasText: wanted }).waitFor()

/** Discards a page's changes, because the next test would be asked whether to save them. */
afterEach(async () => {
  await openPage(page, '/settings')
  await byId('theme').or(byId('answer-discard')).first().waitFor()
  if (await byId('answer-discard').isVisible()) await byId('answer-discard').click()
  await byId('theme').waitFor()
})

/** The document of a saved model that a preset's form can show. */
const smallDlrm = (): ModelDocument => ({
  ...presetDocument('dlrm', columns, { dimension: 8 }),
  name: 'Small DLRM',
})

const smallModel = once(() => saveModel(page, smallDlrm()))

async function openPreset(name: string): Promise<void> {
  await openPage(page, `/models/new?preset=${name}`)
  await byId('model-name').waitFor()
}

describe('a model', () => {
  it('starts from a preset, with every shape and size of the reference’s DLRM', async () => {
    expect(violationsWithoutModels).toEqual([])
    await byId('nav-models').click()
    await byId('preset-dlrm').click()
    await waitForText('total-parameters', '60,753')
    expect(await text('node-emb_l.0')).toContain('944 × 16, sum')
    expect(await text('model-graph')).toContain('B × 37')
  })

  it('shows new shapes and sizes as its dimension changes', async () => {
    await openPreset('dlrm')
    await byId('model-dimension').fill('8')
    await waitForText('total-parameters', '32,233')
    expect(await text('node-emb_l.0')).toContain('944 × 8, sum')
    expect(await text('node-bot_l')).toContain('64-8, ReLU')
    expect(await text('model-graph')).toContain('B × 29')
    expect(await text('total-serve')).toBe('129 kB')
    expect(await text('total-train')).toBe('387 kB')
    await byId('node-interaction').click()
    expect(await text('node-facts')).toContain('batch × 29')
    expect(await seriousViolations(page)).toEqual([])
  })

  it('lists its layers', async () => {
    await openPreset('dlrm')
    await page.getByText('Layers', { exact: true }).click()
    const rows = page.getByRole('region', { name: 'Layers of the model' }).getByRole('row')
    expect(await rows.count()).toBe(1 + 11)
    expect(await rows.nth(1).innerText()).toContain('Dense input')
    await page.getByText('Drawing', { exact: true }).click()
  })

  it('keeps its last good value while a field is wrong, and cannot be saved', async () => {
    await openPreset('dlrm')
    await waitForText('total-parameters', '60,753')
    await byId('model-bottom').fill('64-x')
    await page.getByText('“x” is no layer width').waitFor()
    expect(await byId('save-model').isDisabled()).toBe(true)
    expect(await text('total-parameters')).toBe('60,753')
  })

  it('asks before unsaved changes are left', async () => {
    await openPreset('dlrm')
    await byId('model-bottom').fill('64-16')
    await byId('nav-runs').click()
    const question = page.getByRole('dialog', { name: 'Save changes?' })
    await question.waitFor()
    // However often the menu's shortcuts ask to leave, there is one question.
    for (const label of ['Datasets', 'Runs', 'Compare'])
      await running.app.evaluate(({ Menu }, wanted) => {
        const items = Menu.getApplicationMenu()!.items.flatMap(({ submenu }) => submenu?.items ?? [])
        const { click } = items.find((item) => item.label === wanted)! as unknown as { click(): void }
        click()
      }, label)
    expect(await question.count()).toBe(1)
    expect(await byId('answer-save').getAttribute('class')).toContain('el-button--primary')
    expect(await byId('answer-discard').getAttribute('class')).toContain('el-button--danger')
    expect(await seriousViolations(page)).toEqual([])
    await byId('answer-cancel').click()
    await question.waitFor({ state: 'hidden' })
    expect(page.url()).toContain('/models/new')
    expect(await byId('model-bottom').inputValue()).toBe('64-16')
  })

  it('is saved under a name, and its form comes back', async () => {
    await openPreset('dlrm')
    await byId('model-dimension').fill('8')
    await byId('model-name').fill('Saved by its form')
    await byId('save-model').click()
    await page.waitForURL(/models\/(?!new)/)
    await waitForText('total-parameters', '32,233')
    await byId('nav-models').click()
    await byId('model-row').getByRole('link', { name: 'Saved by its form' }).click()
    await waitForText('total-parameters', '32,233')
    expect(await byId('model-dimension').inputValue()).toBe('8')
    expect(await byId('save-model').isDisabled()).toBe(true)
  })

  it('is written to a file and opened from it', async () => {
    const out = join(files, 'small.json')
    await answerSaveDialog(running, out)
    const saved = await page.evaluate(
      async (id) => {
        const { document } = await studio.request('models.get', { id })
        const file = await studio.chooseSavePath({
          purpose: 'exportModel',
          title: '',
          suggestedName: 'a.json',
        })
        await studio.request('models.export', { document, out: file!.handle })
        return document
      },
      await smallModel(),
    )
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(saved)
    await byId('nav-models').click()
    await byId('model-file').setInputFiles(out)
    await page.waitForURL(/models\/new$/)
    await waitForText('model-unsaved', 'not saved yet')
    expect(await byId('model-dimension').inputValue()).toBe('8')
    // It has not been changed yet, so the page does not ask whether to save it.
    await byId('nav-models').click()
    await page.waitForURL(/models$/)
  })

  it('of another kind is drawn with its problems marked', async () => {
    const saved = smallDlrm()
    const nodes = saved.nodes.map((node) => (node.id === 'emb_l.2' ? { ...node, dimension: 4 } : node))
    const wrong = { ...saved, nodes } as ModelDocument
    const file = join(files, 'wrong.json')
    writeFileSync(file, JSON.stringify(wrong))
    await byId('nav-models').click()
    await byId('model-file').setInputFiles(file)
    await byId('model-problems').waitFor()
    expect(await text('model-problems')).toContain('All inputs need the same width')
    expect(await byId('train-model').isDisabled()).toBe(true)
    await byId('model-problems').getByRole('button', { name: 'interaction' }).click()
    await waitForText('node-facts', 'All inputs need the same width')
    expect(await seriousViolations(page)).toEqual([])
    await byId('model-name').fill('Wrong, but named')
    await byId('nav-models').click()
    await byId('answer-discard').click()
    await page.waitForURL(/models$/)
  })

  it('is saved on the way out if that is the answer', async () => {
    await openPreset('fm')
    await byId('model-name').fill('Saved on leaving')
    await byId('nav-models').click()
    await byId('answer-save').click()
    await page.waitForURL(/models$/)
    await byId('model-row').getByRole('link', { name: 'Saved on leaving' }).waitFor()
    await page.getByRole('button', { name: 'Delete Saved on leaving' }).click()
    await byId('answer-act').click()
    await byId('model-row').getByRole('link', { name: 'Saved on leaving' }).waitFor({ state: 'detached' })
  })

  it('that is not a model is refused with the reason', async () => {
    const file = join(files, 'none.json')
    await openPage(page, '/models')
    writeFileSync(file, '{"format": "dlrm-studio-model", "version": 1, "name": "x", "nodes": [}')
    await byId('model-file').setInputFiles(file)
    await waitForText('error-notice', 'not JSON')
    expect(await text('error-notice')).toContain('none.json')
  })
})

describe('a new run', () => {
  beforeEach(async () => {
    await openPage(page, `/models/${await smallModel()}`)
    await byId('train-model').click()
    await page.waitForURL(/runs\/new/)
    await waitForText('cost-parameters', '32,233')
  })

  it('is offered with the saved model, its dataset and what it will take', async () => {
    expect(await byId('run-dataset').inputValue()).toBe('movielens-100k')
    expect(await text('cost-steps')).toBe('313')
    expect(await seriousViolations(page)).toEqual([])
  })

  it('says for each field what is wrong and does not start', async () => {
    await byId('config-epochs').fill('none')
    await page.getByText('Epochs: Enter a whole number from 1 to 100,000').waitFor()
    expect(await byId('start-run').isDisabled()).toBe(true)
    await byId('config-epochs').fill('1')
    await byId('advanced').click()
    await byId('config-schedule.warmupSteps').fill('100')
    await page.getByRole('alert').filter({ hasText: 'inside the warm-up' }).waitFor()
    expect(await byId('start-run').isDisabled()).toBe(true)
    expect(await seriousViolations(page)).toEqual([])
    await byId('config-schedule.warmupSteps').fill('0')
  })

  it('starts and leads to its page, and can be copied', async () => {
    await byId('config-epochs').fill('1')
    await byId('run-name').fill('One epoch')
    await byId('start-run').click()
    await page.waitForURL(/runs\/(?!new)/)
    const id = page.url().split('/').at(-1) ?? ''
    await byId('run-status').filter({ hasText: 'Completed' }).waitFor({ timeout: 90_000 })
    const run = await page.evaluate((id) => studio.request('runs.show', { id }), id)
    expect(run).toMatchObject({ name: 'One epoch', modelName: 'Small DLRM', parameters: 32_233 })
    expect(run.config.epochs).toBe(1)
    expect(run.epochs).toHaveLength(1)
    await openPage(page, `/runs/new?from=${id}`)
    await page.getByText('copied from the run One epoch').waitFor()
    await waitForText('cost-parameters', '32,233')
    expect(await byId('config-epochs').inputValue()).toBe('1')
  })
})

describe('a command line of dlrm_s_pytorch.py', () => {
  it('shows its mistakes, and becomes a model', async () => {
    await byId('nav-models').click()
    await byId('from-command').click()
    await byId('command-line').fill('python dlrm_s_pytorch.py --arch-mlp-bot=4-x')
    await waitForText('command-found', '--arch-mlp-bot')
    expect(await byId('open-command').isDisabled()).toBe(true)
    await byId('command-line').fill(
      'python dlrm_s_pytorch.py --arch-embedding-size=40-30 --arch-sparse-feature-size=4 \\\n' +
        ' --arch-mlp-bot=3-8-4 --arch-mlp-top=6-1 --use-gpu',
    )
    await waitForText('command-found', '3 dense features and 2 tables')
    expect(await text('command-found')).toContain('--use-gpu')
    expect(await seriousViolations(page)).toEqual([])
    await byId('open-command').click()
    await byId('node-emb_l.0').waitFor()
    expect(await text('node-emb_l.0')).toContain('× 4, sum')
    // 40 × 4 + 30 × 4, 3-8-4 and 7-6-1 with their biases.
    await waitForText('total-parameters', '403')
  })
})

describe('saved models', () => {
  it('come a few at a time, the presets below, and are found by their names', async () => {
    const made = presetDocument('mlp', { dense: ['age'], sparse: [] })
    for (let at = 0; at < 60; at++) await saveModel(page, { ...made, name: `Number ${at}` })
    await byId('nav-models').click()
    await byId('more-models').waitFor()
    expect(await byId('model-row').count()).toBe(8)
    await byId('more-models').click()
    await expect.poll(() => byId('model-row').count()).toBe(58)
    await byId('find-model').fill('number 17')
    await expect.poll(() => byId('model-row').count()).toBe(1)
    expect(await seriousViolations(page)).toEqual([])
    await byId('find-model').fill('of no name')
    await page.getByRole('region', { name: 'Saved models' }).getByText('No matches').waitFor()
  })
})
