import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BenchmarkFile } from '../../main/contract/benchmarks.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { testedMpi } from '../helpers/mpi.ts'
import { answerOpenDialog, answerSaveDialog } from '../helpers/dialogs.ts'

let running: RunningApp
let page: Page
let files: string

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'benchmark-'))
  running = await launchApp()
  page = running.window
  page.setDefaultTimeout(30_000)
}, 60_000)
afterAll(async () => {
  await running.close()
  rmSync(files, { recursive: true, force: true })
})

const byId = (id: string) => page.getByTestId(id)

async function measure(preset: string): Promise<void> {
  await byId('benchmark-preset').selectOption(preset)
  await byId('benchmark-start').click()
  await byId('benchmark-progress').waitFor()
  await byId('benchmark-progress').waitFor({ state: 'detached', timeout: 90_000 })
}

/** Opens the screen without the results of another test. */
async function openWithoutResults(): Promise<void> {
  await byId('nav-benchmark').click()
  const none = page.getByText('No results yet')
  await none.or(byId('benchmark-delete')).first().waitFor()
  if (await none.isVisible()) return
  await byId('benchmark-delete').click()
  await byId('answer-act').click()
  await none.waitFor()
}

describe('the benchmark screen', () => {
  it('says what it is for while there is no result, and what a benchmark takes', async () => {
    await openWithoutResults()
    await byId('benchmark-memory').filter({ hasText: 'MB of' }).waitFor()
    expect(await seriousViolations(page)).toEqual([])
  })

  it('keeps its values while a field is wrong, and starts nothing', async () => {
    await byId('nav-benchmark').click()
    await byId('benchmark-batch').fill('0')
    await page.getByText('Enter a whole number from 1 to').waitFor()
    expect(await byId('benchmark-start').isDisabled()).toBe(true)
    await byId('benchmark-batch').fill('128')
  })

  it('keeps nothing of a cancelled benchmark', async () => {
    await openWithoutResults()
    await byId('benchmark-start').click()
    await byId('benchmark-cancel').click()
    await page.getByText('was cancelled. No result was saved').waitFor()
    expect(await byId('benchmark-row').count()).toBe(0)
  })

  it.runIf(testedMpi.length > 0)(
    'measures ranks, and lists what each of them exchanges',
    async () => {
      await openWithoutResults()
      await byId('benchmark-ranks').fill('2')
      await byId('benchmark-ranks').press('Tab')
      await measure('small-memory')
      const exchanges = byId('benchmark-exchanges')
      await exchanges.getByText('pooled gradients').first().waitFor()
      expect(await exchanges.locator('tbody tr').count()).toBe(8)
      expect(await byId('benchmark-row').innerText()).toContain('2 ×')
      expect(await seriousViolations(page)).toEqual([])
      // A selected result can be deleted.
      await byId('benchmark-row').click()
      await byId('benchmark-ranks').fill('0')
      await byId('benchmark-ranks').press('Tab')
    },
    120_000,
  )

  it('draws where the time of a shape goes, exports, deletes and takes back results, and compares two', async () => {
    await openWithoutResults()
    await measure('small-memory')
    await byId('benchmark-row').waitFor()
    const label = await byId('breakdown-bars').getByRole('img').getAttribute('aria-label')
    expect(label).toMatch(/small-memory, batch 128.*Fully connected: \d.* ms, \d/)
    await byId('breakdown-grouping').getByText('By phase').click()
    expect(await byId('breakdown-bars').getByRole('img').getAttribute('aria-label')).toContain('Backward: ')
    expect(await byId('benchmark-operations').innerText()).toContain('top_l.0')
    expect(await seriousViolations(page)).toEqual([])

    const file = join(files, 'results.json')
    await answerSaveDialog(running, file)
    await byId('benchmark-row').click()
    await byId('benchmark-export').click()
    await page.getByText('1 result written to').waitFor()
    const exported = JSON.parse(readFileSync(file, 'utf8')) as BenchmarkFile
    expect(exported.results.map(({ report }) => report.preset)).toEqual(['small-memory'])
    await byId('benchmark-delete').click()
    await page.getByTestId('answer-act').click()
    await page.getByText('No results yet').waitFor()

    // Another result in the same file is there sooner than one that is measured.
    const others = exported.results.map((result) => ({
      ...result,
      report: { ...result.report, preset: 'kaggle' as const },
    }))
    writeFileSync(file, JSON.stringify({ ...exported, results: [...exported.results, ...others] }))
    await answerOpenDialog(running, file)
    await byId('benchmark-import').click()
    await page.getByText('2 results added.').waitFor()
    const rows = byId('benchmark-row')
    await expect.poll(() => rows.count()).toBe(2)
    const compares = async (selected: number) => {
      await page.getByText(`${selected} selected`).waitFor()
      await expect.poll(() => byId('breakdown-bars').getByRole('img').count()).toBe(selected)
    }
    // What was added is selected, and a click takes a row out and in again.
    await compares(2)
    await rows.nth(0).click()
    await compares(1)
    await rows.nth(0).click()
    await compares(2)
  }, 240_000)

  it('refuses a file that holds no results, and says why', async () => {
    await openWithoutResults()
    await answerOpenDialog(running, join(import.meta.dirname, '..', '..', 'package.json'))
    await byId('benchmark-import').click()
    await page.getByRole('alert').filter({ hasText: 'package.json' }).waitFor()
    expect(await byId('benchmark-row').count()).toBe(0)
  })
})

it('The cluster screen draws strong and weak scaling, follows the form, and saves a chart as a picture', async () => {
  await byId('nav-cluster').click()
  await byId('weak-scaling').waitFor()
  expect(await seriousViolations(page)).toEqual([])
  await byId('rehearsal-mostRanks').selectOption('4')
  await page.locator('[data-testid=strong-scaling][data-bars="3"]').waitFor()
  await byId('rehearsal-memory').fill('1')
  await page.getByText('No number of ranks has enough memory').waitFor()
  await byId('rehearsal-bandwidth').fill('0')
  await page.getByText('Enter a number above 0').waitFor()
  const out = join(files, 'scaling.png')
  await answerSaveDialog(running, out)
  await byId('strong-scaling').getByRole('img').click({ button: 'right' })
  await byId('context-menu').getByText('Save as PNG…').click()
  await page.getByText(`Written to ${out}`).waitFor()
  expect(readFileSync(out).subarray(1, 4).toString()).toBe('PNG')
})
