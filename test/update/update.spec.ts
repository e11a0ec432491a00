/** The update of an installed app: from a server of this machine, with everything that can go wrong on the way. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findElectron } from '../../build/setup/electron.mjs'
import type { StudioBridge } from '../../main/contract/channel.ts'
import type { UpdateState } from '../../main/contract/updates.ts'
import { updatedExecutable } from '../../electron/updates/installation.ts'
import { openStudioDatabase } from '../../db/index.ts'
import { killNow, pidOf, untilGone } from '../crash/processes.ts'
import { databaseWithRun } from '../helpers/sample-run.ts'
import { moment } from '../helpers/moment.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { mayMount, smallDisk } from '../helpers/small-disk.ts'
import { until } from '../helpers/until.ts'
import { startUpdateServer, type UpdateServer } from './update-server.ts'

/** Inside the page. */
declare const studio: StudioBridge

const KILLS = Number(process.env.DLRM_UPDATE_KILLS ?? 20)
const OLD = '0.1.0'
const NEW = '0.2.0'
const NAME = 'dlrm-studio'

let folder: string
let entry: string
let data: string
let packageFile: string
let server: UpdateServer
let running: { app: ElectronApplication; page: Page } | null = null

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'update-'))
  server = await startUpdateServer()
  entry = join(folder, 'installed')
  installOldVersion(entry)
  packageFile = newPackage()
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  data = mkdtempSync(join(folder, 'data-'))
  mkdirSync(join(data, 'workspace'))
  const { database, id } = databaseWithRun(join(data, 'workspace'))
  database.runs.end(id, { status: 'stopped', error: null })
  database.close()
})
afterEach(async () => {
  await end()
  rmSync(join(entry, 'versions'), { recursive: true, force: true })
})

/** The app as a package has it: an Electron with a name of its own, and the app in its resources. */
function installOldVersion(target: string): void {
  const electron = findElectron()
  if (!electron) throw new Error('There is no Electron runtime: `npm run test:update` fetches it.')
  cpSync(dirname(electron.executable), target, { recursive: true, verbatimSymlinks: true })
  execFileSync('mv', [join(target, 'electron'), join(target, NAME)])
  const app = join(target, 'resources', 'app')
  rmSync(app, { recursive: true, force: true })
  rmSync(join(target, 'resources', 'default_app.asar'), { force: true })
  mkdirSync(app)
  writeFileSync(
    join(app, 'package.json'),
    JSON.stringify({ name: NAME, version: OLD, main: 'dist/shell.cjs', type: 'module' }),
  )
  const root = join(import.meta.dirname, '..', '..')
  cpSync(join(root, 'dist'), join(app, 'dist'), { recursive: true })
  const engine = join(target, 'resources', 'engine')
  mkdirSync(join(engine, 'bin'), { recursive: true })
  symlinkSync(process.execPath, join(engine, 'bin', 'node'))
  writeFileSync(join(engine, 'package.json'), JSON.stringify({ name: NAME, version: OLD, type: 'module' }))
  for (const part of ['dist', 'native', 'node_modules']) symlinkSync(join(root, part), join(engine, part))
  for (const part of ['native', 'node_modules']) symlinkSync(join(root, part), join(app, part))
  writeFileSync(join(app, 'dist', 'update-feed.json'), JSON.stringify(server.feed))
}

/** Its program only says its version, and the rest is as incompressible as an app. */
function newPackage(): string {
  const name = `${NAME}-${NEW}`
  const content = join(folder, name)
  mkdirSync(join(content, 'resources'), { recursive: true })
  writeFileSync(join(content, NAME), `#!/bin/sh\necho ${NEW}\n`)
  chmodSync(join(content, NAME), 0o755)
  for (let part = 0; part < 40; part++)
    writeFileSync(join(content, 'resources', `${part}`), randomBytes(200_000))
  const file = join(folder, `${name}.tar.gz`)
  execFileSync('tar', ['-czf', file, '-C', folder, name])
  return file
}

async function start(): Promise<Page> {
  const app = await _electron.launch({
    executablePath: join(entry, NAME),
    args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: {
      ...(process.env as Record<string, string>),
      DLRM_STUDIO_WORKSPACE: join(data, 'workspace'),
      DLRM_STUDIO_NODE: process.execPath,
      DLRM_STUDIO_AWAIT_PLAYWRIGHT: '1',
      XDG_CACHE_HOME: join(data, 'cache'),
    },
  })
  const page = await app.firstWindow()
  await page.waitForSelector('nav')
  running = { app, page }
  return page
}

async function end(): Promise<void> {
  if (!running) return
  const shell = pidOf(running.app.process())
  running = null
  killNow(shell)
  await untilGone(shell)
}

const stateNow = (page: Page): Promise<UpdateState> =>
  page.evaluate(async () => (await studio.updates('status')).update)

const untilState = (page: Page, wanted: UpdateState['state']) =>
  until(`the update is ${wanted}`, async () => {
    const now = await stateNow(page)
    return now.state === wanted ? now : undefined
  })

const act = (page: Page, action: 'check' | 'download' | 'install' | 'cancel') =>
  page.evaluate((wanted) => studio.updates(wanted), action)

async function downloaded(page: Page): Promise<void> {
  await act(page, 'check')
  await untilState(page, 'available')
  await act(page, 'download')
}

/** What starts when a person starts the app. */
function versionThatStarts(): string {
  const updated = updatedExecutable(entry, NAME)
  return updated === null ? OLD : execFileSync(updated, { encoding: 'utf8' }).trim()
}

/** The names of the workspace's runs. Opening it checks the database. */
function storedRuns(): string[] {
  const database = openStudioDatabase(join(data, 'workspace', 'studio.db'))
  try {
    return database.runList.newest(10).map(({ name }) => name)
  } finally {
    database.close()
  }
}

const offer = { version: NEW, file: '', notes: 'Trains faster.\n<b>Not bold.</b>' }

describe('an update', () => {
  it('is offered, downloaded and installed only when the person wants that, and data stay as they are', async () => {
    server.offer({ ...offer, file: packageFile })
    const page = await start()
    expect(await stateNow(page)).toEqual({ state: 'idle', checkedAt: null })
    expect(server.requests).toEqual([])
    await act(page, 'check')
    const available = await untilState(page, 'available')
    expect(available).toMatchObject({ version: NEW, notes: offer.notes })
    const headers = JSON.stringify(server.requests.map((request) => request.headers))
    expect(headers).not.toContain('staging')
    await act(page, 'download')
    await untilState(page, 'ready')
    expect(versionThatStarts()).toBe(OLD)
    const shell = pidOf(running!.app.process())
    await act(page, 'install')
    await untilGone(shell)
    running = null
    expect(versionThatStarts()).toBe(NEW)
    expect(storedRuns()).toEqual(['first try'])
  })

  it('is not offered outside of its staging, nor if it is older', async () => {
    const page = await start()
    for (const other of [{ stagingPercentage: 0 }, { version: '0.0.9' }, { version: OLD }]) {
      server.offer({ ...offer, file: packageFile, ...other })
      await act(page, 'check')
      const { checkedAt } = (await untilState(page, 'idle')) as { checkedAt: string | null }
      expect(checkedAt).not.toBeNull()
    }
  })

  it('can be cancelled, and downloaded again', async () => {
    server.offer({ ...offer, file: packageFile }, { bytesPerSecond: 2_000_000 })
    const page = await start()
    await downloaded(page)
    await until('some of it is there', async () => {
      const now = await stateNow(page)
      return now.state === 'downloading' && now.fraction > 0.05
    })
    await act(page, 'cancel')
    await untilState(page, 'available')
    server.offer({ ...offer, file: packageFile })
    await act(page, 'download')
    await untilState(page, 'ready')
  })

  it.each([
    ['a description that somebody else has signed', { forged: true }, 'not signed by the makers'],
    ['a package with another byte', { changed: true }, 'sha512 checksum mismatch'],
    ['a truncated package', { truncatedAt: 500_000 }, ''],
  ])('is refused for %s', async (_what, faults, words) => {
    server.offer({ ...offer, file: packageFile }, faults)
    const page = await start()
    await act(page, 'check')
    const next = await until('the server has answered', async () => {
      const now = await stateNow(page)
      return now.state === 'checking' ? undefined : now
    })
    if (next.state === 'available') await act(page, 'download')
    const failed = (await untilState(page, 'failed')) as { message: string }
    expect(failed.message).toContain(words)
    expect(versionThatStarts()).toBe(OLD)
  })

  it.skipIf(!mayMount)('says that the disk is full, and the old version stays', async () => {
    const disk = await smallDisk(4)
    symlinkSync(disk.path, join(entry, 'versions'))
    server.offer({ ...offer, file: packageFile })
    const page = await start()
    await downloaded(page)
    const failed = (await untilState(page, 'failed')) as { message: string }
    expect(failed.message).toContain('the disk is full')
    expect(versionThatStarts()).toBe(OLD)
    await end()
    rmSync(join(entry, 'versions'))
  })

  it(
    `leaves the old version or the new one, killed at ${KILLS} moments`,
    { timeout: 20 * 60_000 },
    async () => {
      const random = seededRandom(20)
      const seen = new Set<string>()
      for (let kill = 0; kill < KILLS; kill++) {
        rmSync(join(entry, 'versions'), { recursive: true, force: true })
        server.offer({ ...offer, file: packageFile }, { bytesPerSecond: 20_000_000 })
        const page = await start()
        const shell = pidOf(running!.app.process())
        // Whatever it does is interrupted by the kill.
        const updating = downloaded(page)
          .then(() => untilState(page, 'ready'))
          .then(() => act(page, 'install'))
          .catch(() => undefined)
        await moment(random() * 1500)
        killNow(-shell)
        await untilGone(shell)
        await updating
        running = null
        const version = versionThatStarts()
        expect([OLD, NEW]).toContain(version)
        seen.add(version)
        expect(existsSync(join(entry, NAME))).toBe(true)
        expect(storedRuns()).toEqual(['first try'])
      }
      process.stdout.write(`Killed ${KILLS} times: ${[...seen].join(' and ')} started.\n`)
    },
  )
})
