import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importSchema } from '../../main/contract/datasets.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { answerOpenDialog, answerSaveDialog } from '../helpers/dialogs.ts'

let running: RunningApp
let page: Page
let files: string

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'import-recipes-'))
  running = await launchApp()
  page = running.window
  page.setDefaultTimeout(30_000)
})
afterAll(async () => {
  await running.close()
  rmSync(files, { recursive: true, force: true })
})

const byId = (id: string) => page.getByTestId(id)
const roleOf = (name: string) => page.getByLabel(`Role of ${name}`, { exact: true })
const moreOf = (name: string) =>
  byId('role-row')
    .and(page.locator(`[data-name="${name}"]`))
    .getByTestId('more-settings')
const columnRow = (name: string) => byId('column-row').filter({ has: page.getByText(name, { exact: true }) })

function write(name: string, content: string): string {
  const path = join(files, name)
  writeFileSync(path, content)
  return path
}

/** Opens the wizard on its first step, with these files and without the choices of another test. */
async function importing(...paths: string[]): Promise<void> {
  await byId('nav-datasets').click()
  await byId('import-button').click()
  await byId('step-files').waitFor()
  const startOver = page.getByRole('button', { name: 'Start over' })
  if (await startOver.isVisible()) await startOver.click()
  await answerOpenDialog(running, ...paths)
  await byId('choose-files').click()
  await byId('import-found').waitFor()
  await byId('import-next').click()
}

/** Imports under a name and returns the text of a part of the dataset's page. */
async function imported(name: string): Promise<void> {
  await byId('import-name').fill(name)
  await byId('import-start').click()
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
}

/** Ratings of five users, ten each, in order of time, as MovieLens 100K has them: user, movie, rating, timestamp. */
const ratings = Array.from({ length: 50 }, (_, at) => [
  1 + (at % 5),
  1 + ((at * 7) % 11),
  1 + ((at * 3) % 5),
  881_250_949 + 3600 * at,
])
  .map((row) => `${row.join('\t')}\n`)
  .join('')

describe('a recipe', () => {
  it('says what each column of a well-known file is, and which files it is not for', async () => {
    await importing(write('u.data', ratings))
    await byId('import-recipe').selectOption('avazu')
    await byId('recipe-problem').filter({ hasText: 'needs the columns click, hour and device_id' }).waitFor()
    expect(await byId('import-recipe').inputValue()).toBe('')
    await byId('import-recipe').selectOption('movielens')
    await byId('role-row').filter({ hasText: 'the recipe MovieLens has it so' }).first().waitFor()
    expect(await byId('recipe-problem').count()).toBe(0)
    const roles = await byId('column-role').evaluateAll((fields) =>
      fields.map((field) => (field as HTMLSelectElement).value),
    )
    expect(roles).toEqual(['userId', 'itemId', 'label', 'time'])
    expect(await seriousViolations(page)).toEqual([])
  })

  it('is saved with every choice, and does the same to another file', async () => {
    await moreOf('column_1').click()
    await byId('missing-category').selectOption('category')
    await byId('maximum-size').fill('100')
    expect(await seriousViolations(page)).toEqual([])
    await byId('close-shaping').click()
    await moreOf('column_4').click()
    await byId('derive-hour').check()
    await byId('derive-weekday').check()
    await byId('close-shaping').click()
    expect(await moreOf('column_4').innerText()).toBe('hour, weekday')
    await byId('import-next').click()
    await byId('split-leaveOneOut').check()
    expect(await byId('split-user-column').inputValue()).toBe('column_1')
    expect(await byId('split-order-column').inputValue()).toBe('column_4')
    const saved = join(files, 'ratings-recipe.json')
    await answerSaveDialog(running, saved)
    await byId('save-recipe').click()
    await page.getByText(`Written to ${saved}`).waitFor()
    const schema = importSchema.parse(JSON.parse(readFileSync(saved, 'utf8')))
    expect(schema.split).toMatchObject({ kind: 'leaveOneOut', user: 'column_1', time: 'column_4' })

    await importing(write('more.data', ratings))
    await answerOpenDialog(running, saved)
    await byId('import-recipe').selectOption('choose')
    await byId('role-row').filter({ hasText: 'the recipe has it so' }).first().waitFor()
    expect(await byId('import-recipe').locator('option:checked').innerText()).toBe('ratings-recipe.json')
    expect(await roleOf('column_2').inputValue()).toBe('itemId')
    await byId('import-next').click()
    expect(await byId('split-leaveOneOut').isChecked()).toBe(true)
    await imported('left-one-out')
    expect(await byId('splits').innerText()).toMatch(/Training\s+40[^]*Validation\s+5[^]*Test\s+5/)
    await columnRow('column_4_weekday').click()
    expect(await byId('column-detail').innerText()).toContain('the weekday of column_4')
    await columnRow('column_1').click()
    expect(await byId('column-detail').innerText()).toContain(
      'the 100 most frequent values, missing is a category',
    )
  })

  it('that cannot be read leaves the choices, and says what is wrong', async () => {
    await importing(write('again.data', ratings))
    await answerOpenDialog(running, write('broken.json', '{"columns": [{"name": "a", "role": "king"}]}'))
    await byId('import-recipe').selectOption('choose')
    await byId('recipe-problem').filter({ hasText: 'role' }).waitFor()
    expect(await byId('import-recipe').inputValue()).toBe('')
    expect(await seriousViolations(page)).toEqual([])
  })
})

const visits = `clicked,user,age,city,seen,published\n${Array.from(
  { length: 60 },
  (_, at) =>
    `${at % 3 === 0 ? 1 : 0},u${at % 12},${at % 7 === 0 ? '' : at},${at % 4 === 0 ? '' : 'c' + String(at % 9)},` +
    `2026-03-${String(1 + (at % 28)).padStart(2, '0')} ${String(at % 24).padStart(2, '0')}:30,2026-02-0${1 + (at % 9)}\n`,
).join('')}`

describe('values', () => {
  it('are clipped, filled, put into buckets and hashed as was chosen, with features of their times', async () => {
    await importing(write('visits.csv', visits))
    await roleOf('age').selectOption('dense')
    await page.getByLabel('Transform of age').selectOption('quantile')
    await page.getByLabel('Missing values of age').selectOption('value')
    await page.getByLabel('Value for missing ones of age').fill('30')
    await moreOf('age').click()
    await byId('clip-minimum').fill('50')
    await byId('clip-maximum').fill('10')
    await byId('column-shaping')
      .getByRole('alert')
      .filter({ hasText: 'at least 50 and at most 10' })
      .waitFor()
    await byId('clip-minimum').fill('10')
    await byId('clip-maximum').fill('50')
    expect(await byId('column-shaping').getByRole('alert').count()).toBe(0)
    expect(await seriousViolations(page)).toEqual([])
    await byId('close-shaping').click()
    await page.getByLabel('Encoding of city').selectOption('hash')
    await page.getByLabel('Table rows of city').fill('32')
    await moreOf('city').click()
    await byId('hash-seed').fill('7')
    await byId('close-shaping').click()
    for (const name of ['seen', 'published']) await roleOf(name).selectOption('time')
    await moreOf('published').click()
    await byId('derive-month').check()
    await byId('derive-age').selectOption('seen')
    await byId('close-shaping').click()
    await byId('import-next').click()
    await imported('visits')
    await columnRow('published_age').click()
    expect(await byId('column-detail').innerText()).toContain('days from published until seen, standardised')
    await columnRow('age').click()
    const age = await byId('column-detail').innerText()
    expect(age).toContain('at least 10, at most 50, ranked from 0 to 1, missing replaced by 30')
    expect(age).toMatch(/Range\s+10 to 50/)
    await columnRow('city').click()
    expect(await byId('column-detail').innerText()).toContain('hashed to 32 with seed 7')
  })

  it('of a column of numbers may be categories between boundaries', async () => {
    await importing(write('buckets.csv', visits))
    await roleOf('age').selectOption('sparse')
    await moreOf('age').click()
    await byId('bucket').selectOption('boundaries')
    await byId('boundaries').fill('30, 20')
    await byId('column-shaping')
      .getByRole('alert')
      .filter({ hasText: 'must be numbers that ascend' })
      .waitFor()
    expect(await byId('import-next').isDisabled()).toBe(true)
    await byId('boundaries').fill('20, 30')
    await byId('missing-category').selectOption('category')
    await byId('close-shaping').click()
    await byId('import-next').click()
    await byId('split-tail').check()
    await imported('buckets')
    await columnRow('age').click()
    const detail = await byId('column-detail').innerText()
    expect(detail).toContain('buckets at 20, 30, a row for each training value, missing is a category')
    for (const value of ['below 20', '20 to 30', '30 and above', 'missing']) expect(detail).toContain(value)
  })
})

describe('a split', () => {
  it('by user keeps the rows of each user together', async () => {
    await importing(write('users.csv', visits))
    await byId('import-next').click()
    await byId('split-user').check()
    await byId('split-user-column').selectOption('user')
    await page.getByLabel('Test share in per cent').fill('25')
    expect(await byId('import-summary').innerText()).toContain(
      'By user, whose rows stay together, with seed 0',
    )
    expect(await seriousViolations(page)).toEqual([])
    await imported('users')
    // Each of the twelve users has five rows.
    const rows = [
      ...(await byId('splits').innerText()).matchAll(/(?:Training|Validation|Test)\s+(\d+)/g),
    ].map(([, count]) => Number(count))
    expect(rows.map((count) => count % 5)).toEqual([0, 0, 0])
    expect(rows.reduce((sum, count) => sum + count, 0)).toBe(60)
  })

  it('by file takes what each file is for, and needs one for training', async () => {
    const [header, ...rows] = visits.trimEnd().split('\n')
    const part = (name: string, from: number, to: number) =>
      write(name, `${[header, ...rows.slice(from, to)].join('\n')}\n`)
    await importing(part('1-train.csv', 0, 40), part('2-valid.csv', 40, 45), part('3-test.csv', 45, 60))
    await byId('import-next').click()
    await byId('split-files').check()
    await byId('split-problem').filter({ hasText: 'at least one file for validation or test' }).waitFor()
    await page.getByLabel('What 2-valid.csv is for').selectOption('validation')
    await page.getByLabel('What 3-test.csv is for').selectOption('test')
    await page.getByLabel('What 1-train.csv is for').selectOption('test')
    await byId('split-problem').filter({ hasText: 'No file is left for training' }).waitFor()
    expect(await byId('import-start').isDisabled()).toBe(true)
    await page.getByLabel('What 1-train.csv is for').selectOption('train')
    expect(await byId('split-problem').count()).toBe(0)
    expect(await seriousViolations(page)).toEqual([])
    await imported('parts')
    expect(await byId('splits').innerText()).toMatch(/Training\s+40[^]*Validation\s+5[^]*Test\s+15/)
    expect(existsSync(join(running.workspace, 'datasets', 'parts'))).toBe(true)
  })
})
