/** Kills at random moments of what stores something: edits, benchmarks, a change of the schema, exports, backups. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Connection } from '../../db/connection.ts'
import { openStudioDatabase } from '../../db/index.ts'
import { checkDocument } from '../../main/model/check.ts'
import { presetDocument } from '../../main/model/presets/index.ts'
import { restoreBackup } from '../../main/upkeep/backup/restore-backup.ts'
import { durationOf, runUntilKilled } from '../helpers/run-until-killed.ts'
import { makeSchema120 } from '../helpers/schema-120.ts'
import { samplePoints } from '../helpers/sample-run.ts'
import { storedWorkspace } from '../helpers/stored-workspace.ts'
import { Moments } from './moments.ts'
import { killNow, runCommand, startCommand } from './processes.ts'

const LONG = 30 * 60_000
const columns = { dense: ['age'], sparse: [{ name: 'user', cardinality: 10, multiValued: false }] }

let root: string
let template: string
let run: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dlrm-studio-storing-'))
  template = join(root, 'template')
  run = await storedWorkspace(template)
})
afterAll(() => rm(root, { recursive: true, force: true }))

async function freshWorkspace(): Promise<string> {
  const workspace = join(root, 'workspace')
  await rm(workspace, { recursive: true, force: true })
  await cp(template, workspace, { recursive: true })
  return workspace
}

/** So many that what reads or copies them takes a while. */
function addPoints(workspace: string): void {
  const database = openStudioDatabase(join(workspace, 'studio.db'))
  database.saveUpdate(run, { points: samplePoints(60_000), lines: [] })
  database.close()
}

it(
  'every acknowledged edit is there after a kill',
  async () => {
    const moments = new Moments('edits')
    const file = join(await freshWorkspace(), 'studio.db')
    const database = openStudioDatabase(file)
    const { id } = database.models.save(null, presetDocument('dlrm', columns))
    database.close()
    const found: string[] = []
    while (found.length < moments.kills) {
      const lines = await runUntilKilled('model-editor.ts', [file, id], moments.delay(60))
      const [done = 0] = (lines.at(-1) ?? '').split(' ').map(Number)
      const reopened = openStudioDatabase(file)
      const state = reopened.models.undoState(id)
      // At most the one edit, or undone edit, that was stored and not acknowledged yet.
      expect(Math.abs(state.done - done)).toBeLessThanOrEqual(1)
      const { document } = reopened.models.get(id)
      expect(checkDocument(document, columns).nodes.length).toBe(document.nodes.length)
      expect(reopened.integrity()).toEqual([])
      reopened.close()
      found.push(state.done === done ? 'between edits' : 'stored, not acknowledged')
    }
    moments.summary(found)
  },
  LONG,
)

it(
  'every acknowledged benchmark is there after a kill',
  async () => {
    const moments = new Moments('benchmark')
    const file = join(await freshWorkspace(), 'studio.db')
    const acknowledged = new Set<string>()
    const found: string[] = []
    while (found.length < moments.kills) {
      const lines = await runUntilKilled('benchmark-writer.ts', [file], moments.delay(60))
      for (const id of lines) acknowledged.add(id)
      const database = openStudioDatabase(file)
      const stored = new Set(database.benchmarks.list().map(({ id }) => id))
      expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([])
      expect(stored.size - acknowledged.size).toBeLessThanOrEqual(found.length + 1)
      expect(database.integrity()).toEqual([])
      database.close()
      found.push('storing')
    }
    moments.summary(found)
  },
  LONG,
)

it(
  'a change of the schema is made or not, and its copy is whole or absent',
  async () => {
    const moments = new Moments('migration')
    const workspace = await freshWorkspace()
    addPoints(workspace)
    makeSchema120(join(workspace, 'studio.db'))
    const content = readFileSync(join(workspace, 'studio.db'))
    const own = join(root, 'migrating')
    const file = join(own, 'studio.db')
    const copied = async () => {
      await rm(own, { recursive: true, force: true })
      await cp(workspace, own, { recursive: true })
    }
    await copied()
    const longest = await durationOf('migrating.ts', [file])
    const found: string[] = []
    while (found.length < moments.kills) {
      await copied()
      await runUntilKilled('migrating.ts', [file], moments.delay(longest))
      const isChanging = existsSync(`${file}-journal`)
      const connection = new Connection(file)
      const schema = Number(connection.pragma('user_version'))
      expect(connection.pragma('integrity_check')).toBe('ok')
      connection.close()
      const copies = join(own, 'earlier-databases')
      const names = existsSync(copies) ? readdirSync(copies) : []
      const whole = names.filter((name) => name.startsWith('studio-'))
      for (const name of whole) {
        const copy = new Connection(join(copies, name))
        expect(copy.pragma('integrity_check')).toBe('ok')
        expect(copy.get('SELECT count(*) AS points FROM metric_points')).toEqual({ points: 60_086 })
        copy.close()
      }
      expect(schema === 120 || whole.length > 0).toBe(true)
      if (schema === 120 && !existsSync(`${file}-journal`))
        expect(readFileSync(file).equals(content)).toBe(true)
      const opened = openStudioDatabase(file)
      expect(opened.points.last(run)).toBe(60_086)
      expect(opened.integrity()).toEqual([])
      opened.close()
      found.push(
        schema !== 120
          ? 'after the change'
          : isChanging
            ? 'during the change'
            : whole.length > 0
              ? 'after the copy'
              : names.length > 0
                ? 'during the copy'
                : 'before the copy',
      )
    }
    moments.summary(found)
  },
  LONG,
)

it(
  'an exported file is the old one or the new one',
  async () => {
    const moments = new Moments('export')
    const workspace = await freshWorkspace()
    addPoints(workspace)
    const out = join(root, 'out')
    mkdirSync(out)
    const names = ['out.csv', 'out.safetensors']
    const longest = await durationOf('exporting.ts', [workspace, run, out])
    const whole = names.map((name) => readFileSync(join(out, name)))
    const found: string[] = []
    while (found.length < moments.kills) {
      const wereThere = moments.toss()
      rmSync(out, { recursive: true })
      mkdirSync(out)
      if (wereThere) names.forEach((name, index) => writeFileSync(join(out, name), whole[index]!))
      await runUntilKilled('exporting.ts', [workspace, run, out], moments.delay(longest))
      const left = readdirSync(out)
      for (const [index, name] of names.entries()) {
        if (left.includes(name)) expect(readFileSync(join(out, name)).equals(whole[index]!)).toBe(true)
        else expect(wereThere).toBe(false)
      }
      const isWriting = left.some((name) => !names.includes(name))
      found.push(isWriting ? 'while a file was written' : `between, over ${wereThere ? 'old files' : 'none'}`)
    }
    moments.summary(found)
  },
  LONG,
)

it(
  'a backup is whole or is none, and the next one succeeds',
  async () => {
    const moments = new Moments('backup')
    const workspace = await freshWorkspace()
    const to = join(root, 'backups')
    const words = ['workspace', 'backup', '--to', to]
    const began = performance.now()
    await runCommand(workspace, words)
    const longest = performance.now() - began
    const work = { signal: new AbortController().signal, report: () => undefined }
    const found: string[] = []
    while (found.length < moments.kills) {
      rmSync(to, { recursive: true, force: true })
      const command = startCommand(workspace, words)
      await moments.wait(longest)
      killNow(command.pid)
      await command.ended
      const names = existsSync(to) ? readdirSync(to) : []
      const whole = names.filter((name) => name.startsWith('backup-'))
      const restored = join(root, 'restored')
      const restoring = restoreBackup({ from: to, to: restored }, work)
      if (whole.length === 0) await expect(restoring).rejects.toMatchObject({ data: { code: 'NotFound' } })
      else await restoring
      rmSync(restored, { recursive: true, force: true })
      found.push(
        whole.length > 0 ? 'a whole backup' : names.length > 0 ? 'a part, taken for none' : 'nothing',
      )
    }
    moments.summary(found)
  },
  LONG,
)
