import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { untilGone } from '../crash/processes.ts'
import { seriousViolations } from '../helpers/accessibility.ts'
import type { StudioBridge } from '../../main/contract/channel.ts'
import type { RunningApp } from '../helpers/app.ts'
import { answerOf } from '../helpers/command-line.ts'
import { answerOpenDialog, answerOpenDialogs, answerSaveDialog } from '../helpers/dialogs.ts'
import { addFinishedRuns, launchPrepared } from '../helpers/finished-runs.ts'
import { openPage, openRuns } from '../helpers/page-runs.ts'
import { sampleModel } from '../helpers/sample-run.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../helpers/until.ts'
import { setWindowSize } from '../helpers/window-size.ts'

/** Inside the page. */
declare const studio: StudioBridge

const RUNS = 60
/** Runs that are there to be deleted. */
const SUPERFLUOUS = 30
const LONG_MODEL = { ...sampleModel(), name: 'Wide & Deep on weekly clicks with quotient-remainder tables' }

let running: RunningApp
let ids: string[]
const byId = (id: string): Locator => running.window.getByTestId(id)
const keys = async (...pressed: string[]) => {
  for (const key of pressed) await running.window.keyboard.press(key)
}
const selected = () => running.window.locator('[data-testid=run-row][aria-selected=true]').count()

/** The process that shows a workspace in a window: Chromium's lock is a link to the host and the process that has it. */
function windowOf(workspace: string): number | undefined {
  try {
    return Number(
      readlinkSync(join(workspace, '.window', 'SingletonLock'))
        .split('-')
        .at(-1),
    )
  } catch {
    return undefined
  }
}

beforeAll(async () => {
  running = await launchPrepared((workspace) => {
    const named = (count: number, name: string) =>
      addFinishedRuns(workspace, {
        count,
        epochs: 2,
        changes: (index) => ({ name: `${name} ${index}`, model: LONG_MODEL }),
      })
    named(SUPERFLUOUS, 'superfluous')
    ids = named(RUNS, 'sweep')
  })
  running.window.setDefaultTimeout(15_000)
})
afterAll(() => running.close())

describe('the run table', () => {
  it.each([
    [1024, 700],
    [1320, 860],
    [2560, 1440],
  ])('shows all its columns whole at %d × %d', async (width, height) => {
    await setWindowSize(running, width, height)
    await openPage(running.window, '/runs')
    await byId('run-row').first().waitFor()
    const cut = await running.window.evaluate(() => {
      const table = document.querySelector('[data-testid=runs-table]')!
      const scroller = table.parentElement!
      const edge = scroller.getBoundingClientRect().left + scroller.clientWidth
      const cells = [...table.querySelectorAll('thead th, tbody tr:first-child > *')]
      return {
        scrolls: scroller.scrollWidth > scroller.clientWidth,
        beyond: cells.filter((cell) => cell.getBoundingClientRect().right > edge + 0.5).length,
        // Numbers, dates and states are never shortened, but names may be.
        shortened: [...table.querySelectorAll('tbody tr:first-child > .number')].filter(
          (cell) => cell.scrollWidth > cell.clientWidth,
        ).length,
        wrapped: [...table.querySelectorAll('[data-testid=run-row]')].filter(
          (row) => row.getBoundingClientRect().height > 44.5,
        ).length,
      }
    })
    expect(cut).toEqual({ scrolls: false, beyond: 0, shortened: 0, wrapped: 0 })
  })

  it('cuts long names in their middle, so that names of one series differ in a narrow window', async () => {
    await setWindowSize(running, 1024, 700)
    await openRuns(running.window)
    const [id] = ids
    const name = 'DLRM on MovieLens with Adagrad and an embedding dimension of 16, seed 7'
    await running.window.evaluate((edit) => studio.request('runs.edit', edit), { id: id!, name })
    await byId('runs-filter').fill('seed 7')
    const link = byId('run-row').getByRole('link', { name })
    await link.waitFor()
    const end = link.getByText('seed 7', { exact: true })
    const [inside, outside] = [(await end.boundingBox())!, (await link.boundingBox())!]
    expect(inside.width).toBeGreaterThan(30)
    expect(inside.x + inside.width).toBeLessThanOrEqual(outside.x + outside.width + 0.5)
    expect(await link.locator('[title]').getAttribute('title')).toBe(name)
    await running.window.evaluate((edit) => studio.request('runs.edit', edit), { id: id!, name: 'sweep 0' })
    await byId('runs-filter').fill('')
  })

  it('shows a long model name whole in a wide window', async () => {
    await setWindowSize(running, 2560, 1440)
    await openRuns(running.window)
    const cell = running.window.getByText(LONG_MODEL.name).first()
    expect(await cell.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(false)
    await setWindowSize(running, 1320, 860)
  })

  it('is unchanged after a run was opened: position, filter, sort and selection', async () => {
    await openRuns(running.window)
    await byId('runs-filter').fill('sweep')
    await byId('sort-name').click()
    const table = byId('runs-table')
    await table.focus()
    await keys('End', ' ')
    const scrollTop = () => table.evaluate((element) => element.parentElement!.scrollTop)
    const before = await scrollTop()
    expect(before).toBeGreaterThan(500)
    await keys('Enter')
    await running.window.waitForURL(/#\/runs\/r-/)
    await byId('run-status').waitFor()
    await running.window.goBack()
    await byId('run-row').first().waitFor()
    await expect.poll(scrollTop).toBe(before)
    expect(await byId('runs-filter').inputValue()).toBe('sweep')
    expect(await running.window.locator('th[aria-sort]').innerText()).toContain('Run')
    expect(await running.window.getByText('1 selected').isVisible()).toBe(true)
    // The keyboard focus is where it was.
    await keys('ArrowUp', 'Shift+ArrowUp')
    expect(await selected()).toBe(3)
    await byId('sort-created').click()
  })

  it('extends its selection with Shift and arrows, and with Shift and a click', async () => {
    await openRuns(running.window)
    const table = byId('runs-table')
    await table.focus()
    await keys('Home', 'ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown')
    expect(await selected()).toBe(3)
    await keys('Shift+ArrowUp')
    expect(await selected()).toBe(2)
    await keys('Shift+Home')
    expect(await selected()).toBe(2)
    await openRuns(running.window)
    const rows = byId('run-row')
    await rows.nth(1).click({ modifiers: ['Control'], position: { x: 400, y: 20 } })
    await rows.nth(4).click({ modifiers: ['Shift'], position: { x: 400, y: 20 } })
    expect(await selected()).toBe(4)
    expect(running.window.url()).toMatch(/#\/runs$/)
    expect(await running.window.evaluate(() => String(getSelection()))).toBe('')
  })

  it('deletes a few runs at a red click, and many only when their number is typed', async () => {
    await openRuns(running.window)
    await byId('runs-filter').fill('superfluous')
    await byId('runs-count')
      .filter({ hasText: `${SUPERFLUOUS} of` })
      .waitFor()
    const table = byId('runs-table')
    await table.focus()
    await keys('Home', ' ', 'Delete')
    const question = byId('question')
    await question.getByText('Delete superfluous').waitFor()
    expect(await byId('answer-act').getAttribute('class')).toContain('el-button--danger')
    expect(await byId('question-typed').count()).toBe(0)
    expect(await seriousViolations(running.window)).toEqual([])
    // Enter alone deletes nothing.
    await keys('Enter')
    await question.waitFor({ state: 'hidden' })
    await table.focus()
    await keys('Delete')
    await byId('answer-act').click()
    await byId('nav-runs')
      .filter({ hasText: String(RUNS + SUPERFLUOUS - 1) })
      .waitFor()

    await table.focus()
    await keys('Control+a', 'Delete')
    await question.getByText(`Delete ${SUPERFLUOUS - 1} runs?`).waitFor()
    expect(await byId('answer-act').isDisabled()).toBe(true)
    await keys('5', 'Enter')
    expect(await question.isVisible()).toBe(true)
    await byId('question-typed').fill(String(SUPERFLUOUS - 1))
    expect(await byId('answer-act').isEnabled()).toBe(true)
    await keys('Escape')
    await question.waitFor({ state: 'hidden' })
    expect(await byId('run-row').count()).toBeGreaterThan(0)
    await table.focus()
    await keys('Delete')
    await byId('question-typed').fill(String(SUPERFLUOUS - 1))
    await keys('Enter')
    await byId('nav-runs')
      .filter({ hasText: String(RUNS) })
      .waitFor()
    await expect.poll(() => byId('run-row').count()).toBe(0)
  })
})

describe('what was deleted', () => {
  const picture = async (name: string) => {
    const folder = process.env.DLRM_PICTURES
    if (!folder) return
    for (const [width, height] of [
      [1024, 700],
      [1320, 860],
      [2560, 1440],
    ] as const)
      for (const colorScheme of ['light', 'dark'] as const) {
        await setWindowSize(running, width, height)
        await running.window.emulateMedia({ colorScheme })
        await running.window.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) })
      }
  }

  it('comes back by Undo, and from the trash, which says how much space it takes', async () => {
    await openRuns(running.window)
    const count = async (runs: number) =>
      byId('nav-runs')
        .filter({ hasText: String(runs) })
        .waitFor()
    await byId('runs-filter').fill('"sweep 7"')
    await byId('runs-count').filter({ hasText: '1 of' }).waitFor()
    await byId('runs-table').focus()
    await keys('Home', ' ', 'Delete')
    await byId('answer-act').click()
    await count(RUNS - 1)
    await picture('undo')
    await byId('undo-delete').last().click()
    await count(RUNS)
    await openPage(running.window, '/trash')
    const rows = byId('trash-row')
    await expect.poll(() => rows.count()).toBe(SUPERFLUOUS)
    expect(await seriousViolations(running.window)).toEqual([])
    await picture('trash')
    await byId('trash-restore').first().click()
    await count(RUNS + 1)
    await expect.poll(() => rows.count()).toBe(SUPERFLUOUS - 1)
    await byId('empty-trash').click()
    await byId('question-typed').fill(String(SUPERFLUOUS - 1))
    await byId('answer-act').click()
    await running.window.getByText('The trash is empty').waitFor()
    await picture('trash-empty')
  })

  it('is in no way of a check and a backup of the workspace, which the settings show from start to end', async () => {
    await openPage(running.window, '/settings')
    const state = (wanted: string) =>
      running.window.locator(`[data-testid=upkeep-state][data-state=${wanted}]`)
    await byId('upkeep-check').click()
    await state('done').waitFor()
    await byId('upkeep-result').filter({ hasText: 'Everything is intact.' }).waitFor()
    expect(await seriousViolations(running.window)).toEqual([])
    await picture('check')
    const folder = mkdtempSync(join(tmpdir(), 'studio-backup-'))
    await answerSaveDialog(running, join(folder, 'backup.tar'))
    await byId('upkeep-back-up').click()
    await running.window.getByRole('menuitem', { name: 'To one file…' }).click()
    await byId('upkeep-result').filter({ hasText: 'Backed up' }).waitFor()
    expect(readdirSync(folder)).toEqual(['backup.tar'])
    await picture('backup')
    rmSync(folder, { recursive: true })
    await byId('upkeep-repair').click()
    await byId('answer-act').click()
    await byId('upkeep-result').filter({ hasText: 'Nothing had to be repaired.' }).waitFor()
  })

  it('is in a backup in a folder, which is restored into a new folder and opened in a window of its own', async () => {
    const folder = await temporaryFolder()
    await openPage(running.window, '/settings')
    await answerOpenDialog(running, folder)
    await byId('upkeep-back-up').click()
    await running.window.getByRole('menuitem', { name: 'To a folder of backups' }).click()
    await byId('upkeep-result').filter({ hasText: 'Backed up' }).waitFor()
    const [backup = ''] = readdirSync(folder)

    // The list of a backup stands for its folder; the second dialog asks for the place of the restored one.
    const place = await temporaryFolder()
    await answerOpenDialogs(running, [join(folder, backup, 'backup.json'), place])
    await byId('upkeep-restore').click()
    await byId('upkeep-result').filter({ hasText: 'Restored' }).waitFor()
    expect(await seriousViolations(running.window)).toEqual([])
    await picture('restored')
    const [restored = ''] = readdirSync(place)
    expect(restored).toMatch(/-restored-\d{4}-\d\d-\d\d$/)
    const opened = await until('the restored workspace has a window', () => windowOf(join(place, restored)))
    process.kill(opened, 'SIGTERM')
    await untilGone(opened)
    const runs = async (path: string) =>
      (await answerOf<{ runs: { id: string }[] }>(path, 'runs', 'list')).runs.map(({ id }) => id)
    expect(await runs(join(place, restored))).toEqual(await runs(running.workspace))
  })
})
