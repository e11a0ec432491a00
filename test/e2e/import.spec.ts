import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousViolations } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { clickRows } from '../helpers/click-rows.ts'
import { answerOpenDialog } from '../helpers/dialogs.ts'

let running: RunningApp
let page: Page
let files: string

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'import-'))
  running = await launchApp()
  page = running.window
  page.setDefaultTimeout(30_000)
})
afterAll(async () => {
  await running.close()
  rmSync(files, { recursive: true, force: true })
})

const byId = (id: string) => page.getByTestId(id)
const textsOf = (id: string) => byId(id).allInnerTexts()
function inWorkspace(folder: string): string[] {
  const path = join(running.workspace, folder)
  return existsSync(path) ? readdirSync(path) : []
}

function write(name: string, content: string | Buffer): string {
  const path = join(files, name)
  writeFileSync(path, content)
  return path
}

async function openWizard(): Promise<void> {
  await byId('nav-datasets').click()
  await byId('import-button').click()
}

/** Opens the wizard on its first step, without the files and choices of another test. */
async function newImport(): Promise<void> {
  await openWizard()
  await page.waitForURL(/#\/import$/)
  await byId('step-files').waitFor()
  const startOver = page.getByRole('button', { name: 'Start over' })
  if (await startOver.isVisible()) await startOver.click()
}

async function choose(...paths: string[]): Promise<void> {
  await answerOpenDialog(running, ...paths)
  await byId('choose-files').click()
}

async function openSamples(): Promise<void> {
  await byId('nav-datasets').click()
  await byId('install-sample').click()
}

const roleOf = (name: string) => page.getByLabel(`Role of ${name}`, { exact: true })

/** Reads a file and says what each column is, why, and what its first rows contain. */
async function readsFile(): Promise<void> {
  await newImport()
  expect(await seriousViolations(page)).toEqual([])
  const spoilt = clickRows(400, (fields, row) => {
    if (row === 10) return fields.slice(0, 3)
    if (row === 20) return ['7', ...fields.slice(1)]
    if (row === 30) return [fields[0]!, 'inf', ...fields.slice(2)]
    if (row === 40) return [fields[0]!, 'old', ...fields.slice(2)]
    return fields
  })
  await choose(write('my clicks.csv', spoilt))
  await byId('import-found').filter({ hasText: 'CSV, separated by comma' }).waitFor()
  expect(await byId('import-found').innerText()).toContain('5 columns')
  // The row of three fields. That the other spoilt rows are bad only turns out when their columns have roles.
  expect(await byId('preview-rejected').innerText()).toContain('1 of them is marked')
  expect(await seriousViolations(page)).toEqual([])

  await byId('import-next').click()
  await byId('role-table').waitFor()
  expect(
    await Promise.all(['clicked', 'age', 'city', 'tags', 'when'].map((name) => roleOf(name).inputValue())),
  ).toEqual(['label', 'dense', 'sparse', 'multiValued', 'time'])
  const lines = await textsOf('role-row')
  expect(lines[0]).toContain('its name is clicked')
  expect(lines[1]).toContain('18 · 25 · 32 · 39 · 46')
  expect(lines[3]).toContain('its values are lists separated by "|"')
  expect(await seriousViolations(page)).toEqual([])
}

/** Says what is missing, and changes several columns at once. */
async function changesColumns(): Promise<void> {
  await roleOf('clicked').selectOption('ignore')
  expect(await byId('import-obstacle').innerText()).toContain('No column is the label')
  expect(await byId('import-next').isDisabled()).toBe(true)
  await roleOf('clicked').selectOption('label')
  expect(await byId('import-next').isDisabled()).toBe(false)

  await page.getByLabel('Select city').click()
  await page.getByLabel('Select when').click()
  await byId('bulk-role').selectOption('sparse')
  await page.getByLabel('Encoding of the selected columns').selectOption('hash')
  await page.getByLabel('Table rows of the selected columns').fill('64')
  expect(await page.getByLabel('Table rows of city').inputValue()).toBe('64')
  expect(await page.getByLabel('Table rows of when').inputValue()).toBe('64')
  expect(await seriousViolations(page)).toEqual([])
  await roleOf('when').selectOption('ignore')
}

/** Keeps choices when one goes back or opens another page. */
async function keepsChoices(): Promise<void> {
  await byId('step-files').click()
  await byId('nav-runs').click()
  await openWizard()
  await byId('step-columns').click()
  expect(await roleOf('when').inputValue()).toBe('ignore')
  expect(await page.getByLabel('Table rows of city').inputValue()).toBe('64')
}

/** Splits by a column that is not imported, and sums up. */
async function splitsByTime(): Promise<void> {
  await byId('import-next').click()
  expect(await byId('import-name').inputValue()).toBe('my-clicks')
  await byId('import-name').fill('no spaces please')
  expect(await byId('import-start').isDisabled()).toBe(true)
  await byId('import-name').fill('clicks')
  expect(await byId('split-time').isChecked()).toBe(true)
  const times = await byId('split-time-column').locator('option').allInnerTexts()
  expect(times).toEqual(['Choose a column…', 'age', 'when'])
  await byId('split-time-column').selectOption('when')
  expect(await byId('import-summary').innerText()).toContain('By when: the latest 10 % test')
  expect(await seriousViolations(page)).toEqual([])
}

/** Imports, and ends on the dataset with every rejected row, its column and the reason. */
async function showsRejectedRows(): Promise<void> {
  await byId('import-start').click()
  await byId('rejected-groups').waitFor()
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('clicks')
  expect(await seriousViolations(page)).toEqual([])
  await byId('rejected-view').getByText('Row by row').click()
  const rows = byId('rejected-rows').getByRole('row')
  const cells = await Promise.all(
    (await rows.all()).slice(1).map((row) => row.getByRole('cell').allInnerTexts()),
  )
  expect(cells.map(([row, column]) => [row, column])).toEqual([
    ['12', 'whole row'],
    ['22', 'clicked'],
    ['32', 'age'],
    ['42', 'age'],
  ])
  const reasons = cells.map(([, , reason]) => reason)
  expect(reasons[0]).toContain('3 fields')
  expect(reasons[1]).toContain('0 or 1')
  expect(reasons[2]).toContain('finite')
  expect(reasons[3]).toContain('not a number')
  expect(await byId('splits').innerText()).toMatch(/Training\s+316/)
  expect(inWorkspace('datasets')).toContain('clicks')
}

/** Shows each column with its cardinality, missing share and distribution. */
async function showsColumns(): Promise<void> {
  expect(await seriousViolations(page)).toEqual([])
  const city = byId('column-row').filter({ hasText: 'city' })
  expect(await city.innerText()).toMatch(/64\s+25/)
  await city.click()
  expect(await byId('column-detail').innerText()).toContain('Paris')
  expect(await seriousViolations(page)).toEqual([])
  await byId('column-search').fill('ag')
  await byId('column-row').filter({ hasText: 'city' }).waitFor({ state: 'detached' })
  expect(await textsOf('column-row')).toHaveLength(2)
  await byId('column-search').fill('age')
  await byId('column-detail').getByRole('img', { name: 'Histogram of age' }).waitFor()
}

it(
  'the import wizard leads from a file to a dataset on which a model is trained',
  { timeout: 120_000 },
  async () => {
    await readsFile()
    await changesColumns()
    await keepsChoices()
    await splitsByTime()
    await showsRejectedRows()
    await showsColumns()
    await byId('train-on-this').click()
    await page.waitForURL(/#\/runs\/new\?data=clicks/)
  },
)

describe('an import that goes wrong', () => {
  it('fails over the largest share of rejected rows, shows them, leaves nothing, and can be changed', async () => {
    const before = inWorkspace('datasets')
    await newImport()
    await choose(
      write(
        'bad.csv',
        clickRows(100, (fields, row) => (row % 5 === 0 ? ['2', ...fields.slice(1)] : fields)),
      ),
    )
    await byId('import-next').click()
    await byId('import-next').click()
    await byId('import-start').click()
    await byId('error-notice').waitFor()
    expect(await byId('error-notice').getAttribute('data-code')).toBe('TooManyRejectedRows')
    expect(await byId('error-notice').innerText()).toContain('20 of 100 rows')
    expect(await byId('rejected-groups').getByRole('row').count()).toBe(1 + 1)
    expect(await byId('rejected-groups').innerText()).toMatch(/20\s+clicked\s+label is 2; it must be 0 or 1/)
    await byId('rejected-view').getByText('Row by row').click()
    expect(await byId('rejected-rows').getByRole('row').count()).toBe(1 + 20)
    expect(await seriousViolations(page)).toEqual([])
    expect(inWorkspace('datasets')).toEqual(before)
    expect(inWorkspace('importing')).toEqual([])
    await byId('nav-datasets').click()
    expect(await seriousViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Change the import…' }).click()
    await byId('import-max-rejected').fill('20')
    await byId('import-start').click()
    await byId('rejected-groups').waitFor()
    await byId('nav-datasets').click()
    await byId('dataset-row').filter({ hasText: 'bad' }).waitFor()
    expect(await byId('error-notice').count()).toBe(0)
  })

  it('offers what accepts the rejected rows, and imports again with it', async () => {
    await newImport()
    const text = clickRows(100, (fields, row) =>
      row % 5 === 0 ? fields.with(1, row % 10 === 0 ? 'old' : 'new') : fields,
    )
    await choose(write('ages.csv', text))
    await byId('import-next').click()
    await roleOf('age').selectOption('dense')
    await byId('import-next').click()
    await byId('import-rejected-limit').selectOption('rows')
    await byId('import-max-rejected-rows').fill('19')
    await byId('import-start').click()
    await byId('error-notice').filter({ hasText: 'at most 19 rows' }).waitFor()
    expect(await byId('rejected-groups').innerText()).toContain('"new" (10 ×), "old" (10 ×)')
    await page
      .getByRole('button', { name: 'Treat "new" and "old" as missing and import again' })
      .press('Enter')
    await page.getByRole('heading', { level: 1, name: 'ages' }).waitFor()
    await byId('dataset-notes').filter({ hasText: 'age: 10 × new, 10 × old' }).waitFor()
    expect(await byId('rejected-groups').count()).toBe(0)
  })

  it('repeats the import of a dataset without the rejected rows under another name', async () => {
    await newImport()
    await choose(
      write(
        'rare.csv',
        clickRows(100, (fields, row) => (row === 50 ? fields.with(1, 'old') : fields)),
      ),
    )
    await byId('import-next').click()
    await byId('import-next').click()
    await byId('import-start').click()
    await byId('remedy').filter({ hasText: 'Treat "old" as missing' }).click()
    await page.getByRole('heading', { level: 1, name: 'rare-2' }).waitFor()
    await byId('dataset-notes').filter({ hasText: 'age: 1 × old' }).waitFor()
    expect(inWorkspace('datasets')).toEqual(expect.arrayContaining(['rare', 'rare-2']))
  })

  it('shows the first rows of a Parquet file as they are read, and imports it with no choice made', async () => {
    await newImport()
    await choose(join(import.meta.dirname, '../fixtures/formats/zstd.parquet'))
    await byId('import-found').filter({ hasText: 'Parquet, 15 columns.' }).waitFor()
    const grid = byId('preview-grid')
    expect(await grid.locator('tbody tr').count()).toBe(60)
    expect(await grid.locator('thead').innerText()).toContain('device.os')
    expect(await byId('import-separator').count()).toBe(0)
    expect(await seriousViolations(page)).toEqual([])
    await byId('import-next').click()
    expect(await roleOf('tags').inputValue()).toBe('multiValued')
    await byId('import-next').click()
    await byId('import-start').click()
    await byId('nav-datasets').click()
    await byId('dataset-row').filter({ hasText: 'zstd' }).waitFor()
  })

  it('reads the rows anew after a correction', async () => {
    await newImport()
    await choose(write('pipes.txt', 'label|a;b|c\n1|2;3|4\n0|4;5|6\n'))
    const grid = byId('preview-grid')
    await grid.locator('thead').filter({ hasText: 'a;b' }).waitFor()
    await byId('import-separator').selectOption(';')
    await grid.locator('thead').filter({ hasText: 'label|a' }).waitFor()
  })

  it('refuses damaged Parquet on the step where the file is chosen', async () => {
    await newImport()
    await choose(write('clicks.parquet', `PAR1${'\0'.repeat(100)}PAR1`))
    await byId('error-notice').filter({ hasText: 'Parquet' }).waitFor()
    expect(await byId('import-next').isDisabled()).toBe(true)
  })

  it('is cancelled without a trace, with its choices kept', async () => {
    const before = inWorkspace('datasets')
    await newImport()
    await choose(write('many.csv', `clicked,age,city\n${'0,31,Paris\n1,52,Rome\n'.repeat(1_500_000)}`))
    await byId('import-next').click()
    await byId('import-next').click()
    await byId('import-start').click()
    await byId('job-cancel').click()
    await byId('import-cancelled').waitFor()
    expect(await byId('import-name').inputValue()).toBe('many')
    expect(inWorkspace('datasets')).toEqual(before)
    expect(inWorkspace('importing')).toEqual([])
  })
})

describe('samples', () => {
  it('show the licence of MovieLens, which has to be agreed to', async () => {
    await openSamples()
    await byId('sample-movielens-100k').click()
    expect(await byId('movielens-licence').innerText()).toContain('GroupLens')
    expect(await byId('install-movielens').isDisabled()).toBe(true)
    expect(await seriousViolations(page)).toEqual([])
    await byId('agree-licence').click()
    expect(await byId('install-movielens').isDisabled()).toBe(false)
    await page.keyboard.press('Escape')
    await byId('movielens-licence').waitFor({ state: 'hidden' })
  })

  it('offer a copy of one’s own where MovieLens cannot be had', async () => {
    await answerOpenDialog(running, write('not-movielens.zip', 'PK\x05\x06'.padEnd(22, '\0')))
    await openSamples()
    await byId('sample-movielens-100k').click()
    await byId('agree-licence').click()
    await page.getByRole('button', { name: 'From a local copy…' }).click()
    await byId('error-notice').filter({ hasText: 'has no ml-100k.inter' }).waitFor()
    expect(await page.getByRole('button', { name: 'Choose a local copy…' }).count()).toBe(1)
    await byId('job-dismiss').click()
    await byId('error-notice').waitFor({ state: 'detached' })
  })

  it('are generated with rows and seed, listed, and deleted after a question', async () => {
    await openSamples()
    await byId('sample-criteo-synthetic').click()
    await byId('synthetic-rows').fill('1000')
    expect(await seriousViolations(page)).toEqual([])
    await byId('install-synthetic').click()
    const row = byId('dataset-row').filter({ hasText: 'criteo-synthetic' })
    await row.waitFor()
    expect(await row.innerText()).toContain('13 dense · 26 sparse')
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await seriousViolations(page)).toEqual([])
    await row.getByTestId('delete-dataset').click()
    expect(await page.getByRole('dialog').innerText()).toContain('No run was trained on it.')
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await row.waitFor({ state: 'detached' })
    expect(inWorkspace('datasets')).not.toContain('criteo-synthetic')
  })
})

describe('random data', () => {
  it('is generated in any shape, once its fields say what is possible', async () => {
    await openSamples()
    await byId('generate-random').click()
    await byId('generate-name').fill('noise')
    await byId('generate-rows').fill('2000')
    await byId('generate-tables').fill('100-x')
    await page.getByText('“x” is no number of rows').waitFor()
    expect(await byId('generate-start').isDisabled()).toBe(true)
    await byId('generate-tables').fill('100-40')
    await byId('generate-distribution').selectOption('gaussian')
    expect(await byId('generate-maximum').inputValue()).toBe('39')
    expect(await seriousViolations(page)).toEqual([])
    await byId('generate-maximum').fill('40')
    await byId('generate-start').click()
    await byId('error-notice').filter({ hasText: 'at most 39' }).waitFor()
    await byId('generate-maximum').fill('39')
    await byId('generate-start').click()
    const row = byId('dataset-row').filter({ hasText: 'noise' })
    await row.waitFor()
    expect(await row.innerText()).toContain('13 dense · 2 sparse')
  })

  it('has the locality of a trace that is given', async () => {
    await answerOpenDialog(
      running,
      write('trace.txt', Array.from({ length: 500 }, (_, at) => (at * at) % 37).join(', ')),
    )
    await openSamples()
    await byId('generate-random').click()
    await byId('generate-name').fill('traced')
    await byId('generate-rows').fill('500')
    await byId('generate-distribution').selectOption('trace')
    expect(await byId('generate-start').isDisabled()).toBe(true)
    await byId('generate-files').click()
    await page.getByText('trace.txt').waitFor()
    await byId('generate-start').click()
    await byId('dataset-row').filter({ hasText: 'traced' }).waitFor()
  })
})

describe('a file that is not plain CSV', () => {
  it('is read as it is, which the first step says and can change', async () => {
    await newImport()
    const rows = Array.from({ length: 200 }, (_, at) => {
      const city = at % 3 ? 'K\xf6ln' : '-'
      return `${at % 2 ? 'good' : 'bad'};${at},5;${city};${at === 7 ? '"River' : 'x'};`
    })
    const text = `label;dense_price;sparse_city;sparse_title;\n${rows.join('\n')}\n`
    await choose(write('orders.csv', Buffer.from(text, 'latin1')))
    await byId('import-found').filter({ hasText: 'semicolon' }).waitFor()
    expect(await byId('import-found').innerText()).toContain(
      'quotes are text, Latin-1 (Windows-1252), decimal commas',
    )
    const notes = await byId('import-notes').innerText()
    expect(notes).toContain('column_5 is left out')
    expect(notes).toContain('holds bad, good: choose which of them is positive')
    expect(notes).not.toContain('--')
    expect(await seriousViolations(page)).toEqual([])

    await byId('import-decimal').selectOption('.')
    await byId('import-found').filter({ hasNotText: 'decimal commas' }).waitFor()
    await byId('import-decimal').selectOption(',')
    await byId('import-found').filter({ hasText: 'decimal commas' }).waitFor()
    await byId('import-missing').fill('NA, ?')
    await byId('import-missing').press('Tab')
    await byId('import-next').click()
    const city = byId('role-row').filter({ hasText: 'sparse_city' })
    await city.filter({ hasText: '2 different' }).waitFor()
    expect(await city.innerText()).not.toContain('missing (')
    await byId('step-files').click()
    await byId('import-missing').fill('-, ?')
    await byId('import-missing').press('Tab')
    await byId('step-columns').click()
    await city.filter({ hasText: '33.5 % missing (67 × -)' }).waitFor()

    await page.getByLabel('Positives of label').selectOption('words')
    expect(await byId('import-next').isDisabled()).toBe(true)
    await byId('label-positive').fill('good')
    await byId('label-negative').fill('bad')
    expect(await seriousViolations(page)).toEqual([])
    await byId('import-next').click()
    await byId('import-name').fill('orders')
    await byId('import-start').click()
    await byId('splits').waitFor()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('orders')
    await byId('column-row').filter({ hasText: 'sparse_city' }).click()
    expect(await byId('column-detail').innerText()).toMatch(/Read as missing\s+67 × -/)
    expect(await page.getByText('label (good is 1, bad is 0)').count()).toBe(1)
    expect(await byId('dataset-notes').innerText()).toContain('Read as missing values: sparse_city: 67 × -')
  })

  it('in another dialect can be corrected in every part, and says what it found', async () => {
    await newImport()
    const rows = Array.from({ length: 60 }, (_, at) => `${at % 2}§1'${200 + at}.5§'k§${at % 3}'`)
    const table = ['label§dense_price§sparse_code', ...rows.slice(0, 40), '1§5', ...rows.slice(40)].join('\n')
    await choose(write('report.csv', `Clicks of March\n${table}\n`))
    await byId('import-found').filter({ hasText: 'separated by §' }).waitFor()
    const notes = byId('import-notes')
    expect(await notes.innerText()).toContain('The first line is skipped')
    expect(await notes.innerText()).toContain('Thousands are separated by apostrophes')
    expect(await notes.innerText()).toContain("Fields are quoted with '")
    expect(await notes.innerText()).toContain('has fewer fields than 3')

    await byId('import-short-rows').selectOption('fill')
    await notes.filter({ hasText: 'are read as missing values' }).waitFor()
    await byId('import-separator').selectOption('other')
    await byId('import-other-separator').fill('a')
    expect(await page.getByText('A separator is one or a few signs').count()).toBe(1)
    expect(await seriousViolations(page)).toEqual([])
    await byId('import-other-separator').fill('§')
    await byId('import-skip-lines').fill('2')
    await byId('import-found').filter({ hasText: '2 lines skipped' }).waitFor()
    await byId('import-skip-lines').fill('1')
    await byId('import-found').filter({ hasText: '1 line skipped' }).waitFor()
    await byId('import-encoding').selectOption('iso-8859-15')
    await byId('import-found').filter({ hasText: 'ISO-8859-15' }).waitFor()
    await byId('import-encoding').selectOption('')
    await byId('import-found').filter({ hasNotText: 'ISO-8859-15' }).waitFor()
    await byId('import-next').click()
    await byId('import-next').click()
    await byId('import-name').fill('report')
    await byId('import-start').click()
    await byId('splits').waitFor()
    expect(await page.getByText('Rejected rows').count()).toBe(0)
  })
})
