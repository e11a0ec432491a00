import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DatasetService } from '../../main/datasets/dataset-service.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'

let running: RunningApp
let page: Page
const workspace = mkdtempSync(join(tmpdir(), 'dataset-page-'))

const LONG = `a_column_whose_name_is_as_long_as_${'those_of_feature_stores_'.repeat(4)}are`
const byId = (id: string) => page.getByTestId(id)

/** Clicks whose column `refund` is known only after the outcome, and whose prices rise towards the end. */
function clicks(): string {
  const lines = [`label,price,refund,city,${LONG}`]
  for (let row = 0; row < 2000; row++) {
    const label = (row * 7919) % 10 < 3 ? 1 : 0
    const price = row % 9 === 0 ? '' : String(10 + ((row * 31) % 50) + (row > 1700 ? 40 : 0))
    const refund = label === 1 ? 1 + (row % 5) : row % 53 === 0 ? 1 : 0
    lines.push([label, price, refund, ['Rome', 'Oslo', 'Lima', ''][row % 4], row % 17].join(','))
  }
  return lines.join('\n')
}

beforeAll(async () => {
  const file = join(workspace, 'clicks.csv')
  writeFileSync(file, clicks())
  const datasets = new DatasetService({ workspace })
  const job = await datasets.startImport({
    name: 'clicks',
    files: [file],
    format: 'csv',
    schema: {
      columns: [
        { name: 'label', role: 'label' },
        { name: 'price', role: 'dense' },
        { name: 'refund', role: 'dense' },
        { name: 'city', role: 'sparse' },
        { name: LONG, role: 'sparse' },
      ],
      split: { kind: 'tail', validation: 0.1, test: 0.1 },
    },
  })
  await datasets.waitForJob(job)
  running = await launchApp({ workspace })
  page = running.window
  page.setDefaultTimeout(30_000)
  await byId('nav-datasets').click()
  await byId('dataset-row').getByRole('link', { name: 'clicks' }).click()
  await page.getByRole('heading', { level: 1, name: 'clicks' }).waitFor()
})
afterAll(async () => {
  await running.close()
  rmSync(workspace, { recursive: true, force: true })
})

it('the statistics of a column are those of what is present, with missing values apart', async () => {
  await byId('tab-overview').click()
  await byId('column-row').filter({ hasText: 'price' }).click()
  const detail = byId('column-detail')
  expect(await detail.innerText()).toMatch(/training rows, excluded below/)
  await detail.getByText('missing', { exact: true }).waitFor()
  const rates = byId('label-rates')
  expect(await rates.innerText()).toMatch(/missing, read as 3\d/)
  expect(await rates.getByRole('row').count()).toBeGreaterThan(9)
  await byId('column-row').filter({ hasText: 'city' }).click()
  await rates.getByRole('row', { name: /Rome 400 / }).waitFor()
  expect(await seriousViolations(page)).toEqual([])
})

it('drift names the column that changes with time, and shows its shares', async () => {
  await byId('tab-drift').click()
  const first = byId('drift-table').getByRole('row').nth(1)
  expect(await first.innerText()).toMatch(/price\s+[\d.]+\s*much\s+[\d.]+\s*much/)
  expect(await byId('drift-chart').innerText()).toContain('missing, read as')
  const city = byId('drift-table').getByRole('button', { name: 'city' })
  await city.focus()
  await page.keyboard.press('Enter')
  await byId('drift-chart').getByText('Rome').waitFor()
  expect(await seriousViolations(page)).toEqual([])
})

it('the search for leaks marks the column that knows the label', async () => {
  await byId('tab-leaks').click()
  await byId('leaks-search').click()
  await byId('leak-warning').filter({ hasText: 'refund alone predicts the label' }).waitFor()
  const first = byId('leaks-table').getByRole('row').nth(1)
  expect(await first.innerText()).toMatch(/refund\s+Dense\s+0\.9\d+\s+–\s+predicts the label alone/)
  expect(await seriousViolations(page)).toEqual([])
  await byId('tab-overview').click()
  await byId('tab-leaks').click()
  await byId('leaks-table').waitFor()
})
