import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { openPage } from '../helpers/page-runs.ts'
import { databaseWithRun, sampleRun } from '../helpers/sample-run.ts'

let workspace: string
let running: RunningApp
let file: string
beforeEach(async () => {
  workspace = mkdtempSync(join(tmpdir(), 'studio-'))
  const { database, id } = databaseWithRun(workspace)
  const other = database.runs.create(sampleRun({ name: 'readable' })).id
  for (const run of [id, other]) database.runs.end(run, { status: 'stopped', error: null })
  file = database.file
  database.close()
  tamper("UPDATE runs SET id = '../../victim' WHERE name <> 'readable'")
  running = await launchApp({ workspace })
})
afterEach(async () => {
  await running.close()
  rmSync(workspace, { recursive: true, force: true })
})

function tamper(sql: string): void {
  const database = new Database(file)
  database.exec(sql)
  database.close()
}

it('says what of the workspace is left out, until it is dismissed, and again when more turns out to be', async () => {
  const { window } = running
  const notice = window.getByTestId('left-out-notice')
  await notice.getByText('1 part of this workspace cannot be read and is left out.').waitFor()
  await notice.getByRole('button', { name: 'Show details' }).click()
  await notice.getByText('The run "../../victim"').waitFor()
  if (process.env.DLRM_PICTURE) await window.screenshot({ path: process.env.DLRM_PICTURE })
  await notice.getByRole('button', { name: 'Dismiss' }).click()
  await notice.waitFor({ state: 'detached' })
  tamper("UPDATE runs SET name = 'changed behind its back' WHERE name = 'readable'")
  await notice.getByText('1 part of this workspace').waitFor()
  expect(await window.getByText('changed behind its back').count()).toBe(0)

  // Something that the home page needs cannot be read at all.
  tamper('ALTER TABLE benchmarks RENAME TO elsewhere')
  await openPage(window, '/runs')
  await openPage(window, '/')
  const problem = window.getByTestId('error-notice')
  await problem.getByText('The runs could not be read').waitFor()
  await window.getByTestId('glance-models').waitFor()
  tamper('ALTER TABLE elsewhere RENAME TO benchmarks')
  await problem.getByRole('button', { name: 'Try again' }).click()
  await problem.waitFor({ state: 'detached' })
  await window.getByTestId('next-steps').getByText('Benchmark this machine').waitFor()
})
