import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { writeClicks } from '../helpers/click-file.ts'
import { dropFiles } from '../helpers/drop-files.ts'
import { once } from '../helpers/once.ts'
import { canvasNode, drawEdge, fillField, openEmptyCanvas } from '../helpers/page-models.ts'
import { openPage, openRuns, runStatus, trainFromCanvas } from '../helpers/page-runs.ts'
import { DebianRoot, HOME, PERSON } from './debian-root.ts'
import { processesIn, startInstalled, workspaceOf, type InstalledApp } from './installed-app.ts'
import { openScreen, type Screen } from './screen.ts'

/** Inside the page. */
declare const studio: StudioBridge

const release = process.env.DLRM_STUDIO_RELEASE ?? ''
const preparedRoot = process.env.DLRM_STUDIO_DEBIAN_ROOT ?? ''
const named = (ending: string): string => {
  const name = readdirSync(release).find((file) => file.endsWith(ending))
  if (name === undefined) throw new Error(`There is no ${ending} in ${release}.`)
  return join(release, name)
}

const MAX_PACKED_BYTES = 150e6
const MAX_START_MS = 2000
const ROWS = 20_000

const deb = named('.deb')
const name = basename(deb).split('_')[0] ?? ''
const folder = `/opt/${name}`
const commandLine = `${name}-cli`

let root: DebianRoot
let screen: Screen
const figures: string[] = []

beforeAll(async () => {
  root = await DebianRoot.unpack(preparedRoot)
  screen = await openScreen()
}, 300_000)
afterAll(() => {
  screen.close()
  root.remove()
  process.stdout.write(`\n${figures.map((line) => `  ${line}\n`).join('')}`)
})

/** Installs the package as root, from the file and the packages that apt has already. */
const installed = once(async () => {
  copyFileSync(deb, root.path(`/tmp/${basename(deb)}`))
  const apt = ['apt-get', 'install', '--yes', '--no-install-recommends']
  const answer = await root.run(0, [...apt, `/tmp/${basename(deb)}`])
  if (answer.status !== 0)
    throw new Error(`apt cannot install the package:\n${answer.stdout}${answer.stderr}`)
  return answer
})

let running: InstalledApp | undefined
const window = once(async (): Promise<InstalledApp> => {
  await installed()
  running = await startInstalled(root, program())
  running.page.setDefaultTimeout(30_000)
  return running
})
const closed = once(async () => void (await running?.quit()))
afterAll(() => running?.kill())

const program = () => ({ program: `/usr/bin/${name}`, display: screen.display })
const asPerson = (...words: string[]) => root.run(PERSON, words, { DISPLAY: screen.display })
const byId = (page: Page, id: string) => page.getByTestId(id)

/** The dataset that is imported in the window. */
const imported = once(async () => {
  const { page } = await window()
  await writeClicks(root.path(`${HOME}/clicks.csv`), ROWS)
  await openPage(page, '/import')
  await byId(page, 'step-files').waitFor()
  await dropFiles(page, [`${HOME}/clicks.csv`])
  await byId(page, 'import-found').filter({ hasText: 'CSV, separated by comma' }).waitFor()
  await byId(page, 'import-next').click()
  await byId(page, 'role-table').waitFor()
  await byId(page, 'import-next').click()
  await byId(page, 'import-name').fill('shop')
  await byId(page, 'import-start').click()
  await page.waitForURL(/#\/datasets\/shop/)
})

/** A run of a model that is drawn in the window. */
const trained = once(async () => {
  await imported()
  const { page } = await window()
  await openEmptyCanvas(page)
  await byId(page, 'model-dataset').selectOption('shop')
  await byId(page, 'palette-concat').click()
  await canvasNode(page, 'concat').waitFor()
  await page.keyboard.press('Escape')
  await byId(page, 'add-columns').click()
  await byId(page, 'add-these-columns').click()
  await canvasNode(page, 'dense').waitFor()
  await drawEdge(page, 'dense', 'concat')
  await byId(page, 'palette-mlp').click()
  await drawEdge(page, 'concat', 'mlp')
  await canvasNode(page, 'mlp').click()
  await fillField(page, 'field-widths', '16-1')
  await byId(page, 'field-outputActivation').selectOption('sigmoid')
  await drawEdge(page, 'mlp', 'loss')
  await byId(page, 'model-problems').waitFor({ state: 'detached' })
  return trainFromCanvas(page, 1)
})

/** A second run, which the command line trains in the same workspace while the window is open. */
const trainedBesides = once(async () => {
  await trained()
  const answer = await asPerson(commandLine, 'train', 'dlrm', '--data', 'shop', '--epochs', '1', '--json')
  if (answer.status !== 0) throw new Error(answer.stdout + answer.stderr)
})

/** Where the other packages are unpacked, and the shell's words that unpack them. */
function unpacked(): [string, string][] {
  const archive: [string, string] = [
    `${HOME}/from-archive`,
    `tar -xzf '${named('.tar.gz')}' --no-same-owner -C "$1"`,
  ]
  const rpm = readdirSync(release).find((file) => file.endsWith('.rpm'))
  if (rpm === undefined) return [archive]
  return [archive, ['/srv/from-rpm', `rpm2archive - <'${join(release, rpm)}' | tar -xz -C "$1"`]]
}

describe('the package', () => {
  it('is under 150 MB packed, whatever packs it', () => {
    const packages = readdirSync(release).filter((each) => /\.(deb|rpm|gz|AppImage)$/.test(each))
    const sizes = packages.map((file) => ({ file, bytes: statSync(join(release, file)).size }))
    for (const { file, bytes } of sizes) figures.push(`${file}: ${(bytes / 1e6).toFixed(1)} MB`)
    expect(sizes.filter(({ bytes }) => bytes >= MAX_PACKED_BYTES)).toEqual([])
  })

  it(
    'is installed by apt where there is no network, compiler, Node or Python',
    { timeout: 300_000 },
    async () => {
      const routes = readFileSync('/proc/net/route', 'utf8').trim().split('\n')
      expect(routes).toHaveLength(1)
      await installed()
      for (const program of ['node', 'npm', 'gcc', 'cc', 'cargo', 'python3', 'pip'])
        expect((await asPerson('sh', '-c', `command -v ${program}`)).stdout).toBe('')
      expect((await asPerson(commandLine, '--help')).stdout).toContain(`Usage: ${commandLine} COMMAND`)
    },
  )

  it('says that it is a development build if its Electron is the stand-in', async () => {
    await installed()
    const { version } = JSON.parse(
      readFileSync(root.path(`${folder}/resources/engine/package.json`), 'utf8'),
    ) as {
      version: string
    }
    expect(name.endsWith('-dev')).toBe(version.endsWith('-dev'))
    if (!name.endsWith('-dev')) return
    expect(basename(deb)).toContain('~dev_')
    const entry = readFileSync(root.path(`/usr/share/applications/${name}.desktop`), 'utf8')
    expect(entry).toContain('Name=DLRM Studio (development build)')
  })

  it('has what belongs to it owned by root and writable by nobody else', async () => {
    await installed()
    const find = ['find', folder, '(', '!', '-user', '0', '-o', '-perm', '/022', ')', '!', '-type', 'l']
    expect((await asPerson(...find)).stdout).toBe('')
    expect((await asPerson('touch', `${folder}/resources/app.asar`)).status).not.toBe(0)
  })

  it('runs no script in place of the app', async () => {
    await installed()
    const program = `${folder}/${name}`
    const env = { ELECTRON_RUN_AS_NODE: '1', DISPLAY: ':nowhere' }
    const answer = await root.run(PERSON, [program, '-e', 'console.log("ran as Node")'], env)
    expect(answer.stdout).not.toContain('ran as Node')
    expect(answer.status).not.toBe(0)
  })
})

describe('the installed app', { timeout: 300_000 }, () => {
  it('can be used within 2 s of its start by an ordinary user', async () => {
    // The first start reads from the disk what an installation has just written.
    const first = await startInstalled(root, program())
    figures.push(`first start to usable: ${Math.round(first.startMs)} ms`)
    await first.quit()
    const app = await startInstalled(root, program())
    figures.push(`start to usable: ${Math.round(app.startMs)} ms`)
    expect(await app.quit()).toBe(0)
    expect(app.startMs).toBeLessThan(MAX_START_MS)
  })

  it('knows the formats of the desktop’s language, although Chromium’s texts are there in English only', async () => {
    await installed()
    const app = await startInstalled(root, { ...program(), env: { LANG: 'de_AT.UTF-8' } })
    expect(await app.page.evaluate(() => studio.systemLocale())).toBe('de-AT')
    expect(await app.page.evaluate(() => new Intl.NumberFormat('de-DE').format(1234.5))).toBe('1.234,5')
    await app.quit()
  })

  it('confines its pages by Chromium’s sandbox, and runs its engine under the Node that is installed with it', async () => {
    await window()
    const processes = processesIn(folder)
    const renderer = processes.find(({ commandLine: words }) => words.join(' ').includes('--type=renderer'))
    expect(renderer?.status).toMatch(/^Seccomp:\s+2$/m)
    const engine = processes.find(({ commandLine: words }) => words[1]?.endsWith('/engine.mjs'))
    expect(engine?.commandLine[0]).toBe(`${folder}/resources/engine/bin/node`)
    for (const { status } of processes) expect(status).toMatch(new RegExp(`^Uid:\\s+${PERSON}\\s`, 'm'))
  })

  it('has a quick start that needs no network', async () => {
    const { page } = await window()
    await openPage(page, '/quick-start')
    await byId(page, 'quick-start-synthetic-clicks').click()
    await byId(page, 'quick-start-button').click()
    await page.waitForURL(/#\/runs\/r-/, { timeout: 120_000 })
    await runStatus(page, 'completed', 120_000)
  })

  it('imports a file', async () => {
    await imported()
    expect((await asPerson(commandLine, 'data', 'list')).stdout).toContain('shop')
  })

  it('trains a model that is drawn in its window', async () => {
    const id = await trained()
    expect((await asPerson(commandLine, 'runs', 'list')).stdout).toContain(id)
  })

  it('compares it with a run that the command line trains beside the window', async () => {
    await trainedBesides()
    const { page } = await window()
    await openRuns(page)
    const rows = byId(page, 'run-row').filter({ hasText: 'shop' })
    await expect.poll(() => rows.count()).toBe(2)
    for (const row of await rows.all()) await row.locator('.pick').click()
    await byId(page, 'compare-selected').click()
    await byId(page, 'compare-metrics').waitFor()
    expect(await byId(page, 'compared-run').count()).toBe(2)
    expect(await byId(page, 'verdict').innerText()).toMatch(/test rows/)
  })

  it('opens from its archive and from an unpacked rpm as well', async () => {
    await installed()
    await closed()
    for (const [place, unpack] of unpacked()) {
      mkdirSync(root.path(place), { recursive: true })
      execFileSync('sh', ['-c', unpack, 'sh', root.path(place)])
      const [found] = execFileSync('find', [root.path(place), '-name', name, '-type', 'f', '-perm', '/1'], {
        encoding: 'utf8',
      }).split('\n')
      const app = await startInstalled(root, {
        ...program(),
        program: `/${relative(root.folder, found ?? '')}`,
      })
      expect(await app.quit()).toBe(0)
    }
  })

  it('is removed without a trace, and leaves the person’s data', async () => {
    await imported()
    await closed()
    expect((await root.run(0, ['apt-get', 'purge', '--yes', name])).status).toBe(0)
    const left = await root.run(0, ['find', '/opt', '/usr', '/etc', '-name', `*${name}*`])
    expect(left.stdout).toBe('')
    expect(existsSync(join(workspaceOf(root), 'studio.db'))).toBe(true)
  })
})
