/**
 * A script in the page sends hostile messages, and names paths wherever a request has text. It reaches no file and
 * changes nothing. `npm test` sends a sample, `npm run test:hostile` the whole series.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { requests, type RequestName } from '../../main/contract/requests.ts'
import type { callHostile, KnownIds, Outcome, sendHostile, sendRaw } from '../hostile/hostile-messages.ts'
import { enginePid, launchApp, type RunningApp } from '../helpers/app.ts'
import { contentOf } from '../helpers/folder-content.ts'
import { loadInPage } from '../helpers/in-page.ts'
import { pathSpellings } from '../helpers/path-spellings.ts'
import { sampleModel } from '../helpers/sample-run.ts'
import { examplesOf, withValueAt } from '../helpers/schema-bodies.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { storedWorkspace } from '../helpers/stored-workspace.ts'
import { stateOf } from '../helpers/workspace-state.ts'

/** Inside the page. */
declare const studio: StudioBridge
/** Inside a page whose process was taken over. */
declare const invokeRaw: (message: unknown) => Promise<unknown>
declare const hostile: {
  sendHostile: typeof sendHostile
  callHostile: typeof callHostile
  sendRaw: typeof sendRaw
}

/** How many hostile messages each request gets. */
const MESSAGES = Number(process.env.DLRM_HOSTILE_MESSAGES ?? 30)
/** How many spellings of paths each field of each request gets. */
const SPELLINGS = Number(process.env.DLRM_HOSTILE_SPELLINGS ?? 20)
const SEED = Number(process.env.DLRM_HOSTILE_SEED ?? Math.floor(Math.random() * 2 ** 31))
/** After so many messages it is checked that nothing has changed. */
const BATCH = 1000

const SECRET = 'a-secret-that-no-answer-holds'
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

let running: RunningApp
let outside: string
let data: string
let settings: string
beforeAll(async () => {
  outside = mkdtempSync(join(tmpdir(), 'outside-'))
  writeFileSync(join(outside, 'secret.csv'), `label,${SECRET}\n1,2\n0,3\n`)
  writeFileSync(join(outside, 'secret.json'), JSON.stringify({ [SECRET]: [SECRET] }))
  mkdirSync(join(outside, 'libraries'))
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
    writeFileSync(join(outside, 'libraries', name), SECRET)
  data = mkdtempSync(join(tmpdir(), 'data-'))
  settings = mkdtempSync(join(tmpdir(), 'settings-'))
  const workspace = mkdtempSync(join(tmpdir(), 'workspace-'))
  await storedWorkspace(workspace)
  symlinkSync(outside, join(workspace, 'link'))
  running = await launchApp({
    workspace,
    env: {
      DLRM_STUDIO_DATA: data,
      DLRM_STUDIO_SETTINGS: settings,
      DLRM_STUDIO_TENSORFLOW: '',
      A_TOKEN: SECRET,
      PIP_INDEX_URL: `http://somebody:${SECRET}@127.0.0.1:1/simple`,
    },
  })
  // A person cancels whatever the shell asks.
  await running.app.evaluate(({ dialog, shell }) => {
    const opened: unknown[] = []
    Object.assign(globalThis, { opened })
    dialog.showOpenDialog = () => Promise.resolve({ canceled: true, filePaths: [] })
    dialog.showSaveDialog = () => Promise.resolve({ canceled: true, filePath: '' })
    dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false })
    shell.openExternal = (url) => {
      opened.push(url)
      return Promise.resolve()
    }
  })
  console.log(`DLRM_HOSTILE_SEED=${SEED}`)
})
afterAll(async () => {
  await running.close()
  for (const folder of [outside, data, settings, running.workspace])
    rmSync(folder, { recursive: true, force: true })
})

const names = Object.keys(requests) as RequestName[]

/** The answers, each as JSON, to many requests of the page at once. */
const ask = (asked: { name: string; body: unknown }[]) =>
  running.window.evaluate(async (asked) => {
    const answers: { ok: boolean; text: string }[] = []
    for (let from = 0; from < asked.length; from += 32) {
      const group = asked.slice(from, from + 32).map(({ name, body }) =>
        studio.request(name as 'runs.list', body as Record<string, never>).then(
          (answer) => ({ ok: true, text: JSON.stringify(answer) }),
          (error: unknown) => ({ ok: false, text: JSON.stringify(error) }),
        ),
      )
      answers.push(...(await Promise.all(group)))
    }
    return answers
  }, asked)

async function expectAnswers(): Promise<void> {
  const [answer] = await ask([{ name: 'workspace.info', body: {} }])
  expect(answer?.ok).toBe(true)
}

/** Requests that start work of several minutes, or that other tests cover. */
const withoutText = new Set(['doctor.run', 'backends.status'])

/** The requests to send: for each name a body in which every field except one is valid. */
function bodiesOf(name: RequestName): { body: unknown; paths: (string | number)[][] }[] {
  const model = sampleModel()
  const tried = new Set<string>()
  return examplesOf(requests[name].request).map(({ body, strings }) => {
    let whole = body
    const has = (field: string) => typeof body === 'object' && body !== null && field in body
    if (has('document')) whole = withValueAt(whole, ['document'], model)
    if (has('model')) whole = withValueAt(whole, ['model'], model)
    if (name === 'models.exportPicture') {
      whole = withValueAt(whole, ['format'], 'png')
      whole = withValueAt(whole, ['data'], PNG)
    }
    const own = strings.filter(([first]) => first !== 'document' && first !== 'model')
    const inModel = [
      ['document', 'name'],
      ['model', 'name'],
    ].filter(([field]) => has(field ?? ''))
    const paths = [...own, ...inModel].filter((path) => !tried.has(path.join()))
    for (const path of paths) tried.add(path.join())
    return { body: whole, paths }
  })
}

/** The ids of what is in the workspace, by the noun of the requests about it. */
function knownIds(): KnownIds {
  const database = new Database(join(running.workspace, 'studio.db'), { readonly: true })
  const idsOf = (table: string) => database.prepare(`SELECT id FROM ${table}`).pluck().all().map(String)
  const known = {
    runs: idsOf('runs'),
    models: [...idsOf('models'), ...idsOf('model_versions')],
    datasets: ['clicks'],
  }
  database.close()
  return known
}

/** What must not change, whatever a page sends. */
const everything = () => ({
  workspace: stateOf(running.workspace),
  outside: contentOf(outside),
  data: contentOf(data),
  // The window itself notes there when it was used.
  settings: Object.entries(contentOf(settings)).filter(([path]) => !path.startsWith('workspaces')),
})

describe('a script in the page', { timeout: 3 * 60 * 60_000 }, () => {
  it('changes nothing with hostile messages, and gets typed errors', async () => {
    await loadInPage(running.window, 'test/hostile/hostile-messages.ts', 'hostile')
    const known = knownIds()
    expect(Object.values(known).every((ids) => ids.length > 0)).toBe(true)
    await expectAnswers()
    const engine = await enginePid(running.app)
    const before = everything()
    const total: Outcome = { sent: 0, answers: {}, wrong: [] }
    for (const [index, name] of names.entries()) {
      for (let from = 0; from < MESSAGES; from += BATCH) {
        const series = {
          seed: SEED + 100_003 * index + from,
          count: Math.min(BATCH, MESSAGES - from),
          known,
          secret: SECRET,
        }
        const outcome = await running.window.evaluate(([name, series]) => hostile.sendHostile(name, series), [
          name,
          series,
        ] as const)
        expect.soft(outcome.wrong, name).toEqual([])
        total.sent += outcome.sent
        for (const [code, count] of Object.entries(outcome.answers))
          total.answers[code] = (total.answers[code] ?? 0) + count
        if (MESSAGES >= BATCH || index % 20 === 0) expect(everything(), name).toEqual(before)
      }
    }
    expect(everything()).toEqual(before)
    await expectAnswers()
    expect(await enginePid(running.app)).toBe(engine)
    console.log(
      `${total.sent} hostile messages to ${names.length} requests: ${JSON.stringify(total.answers)}`,
    )
    expect(total.sent).toBe(MESSAGES * names.length)
    expect(total.answers.InvalidRequest).toBeGreaterThan(total.sent / 4)
  })

  it('opens no address and changes nothing with hostile calls of the bridge', async () => {
    const before = everything()
    const series = { seed: SEED, count: MESSAGES, known: knownIds(), secret: SECRET }
    const { sent, answers, wrong } = await running.window.evaluate(
      (series) => hostile.callHostile(series),
      series,
    )
    expect(wrong).toEqual([])
    console.log(`${sent} hostile calls of the bridge: ${JSON.stringify(answers)}`)
    expect(await running.app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)).toEqual(
      [],
    )
    expect(everything()).toEqual(before)
    await expectAnswers()
  })

  it('changes nothing and drops no hidden file, even if its process was taken over', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'preload-'))
    const preload = join(folder, 'preload.cjs')
    writeFileSync(
      preload,
      `window.invokeRaw = (message) => require('electron').ipcRenderer.invoke('studio', message)`,
    )
    const opening = running.app.waitForEvent('window')
    await running.app.evaluate(({ BrowserWindow }, preload) => {
      const webPreferences = { preload, contextIsolation: false }
      void new BrowserWindow({ show: false, webPreferences }).loadURL('studio://app/index.html')
    }, preload)
    const taken = await opening
    await taken.waitForLoadState('domcontentloaded')
    await loadInPage(taken, 'test/hostile/hostile-messages.ts', 'hostile')
    const before = everything()
    const series = { seed: SEED, count: 5 * MESSAGES, known: knownIds(), secret: SECRET }
    const { sent, answers, wrong } = await taken.evaluate((series) => hostile.sendRaw(series), series)
    expect(wrong).toEqual([])
    console.log(`${sent} hostile messages past the preload script: ${JSON.stringify(answers)}`)
    const dropped = await taken.evaluate(() =>
      invokeRaw({ kind: 'chooseDropped', paths: ['/root/.ssh/id_rsa'] }),
    )
    expect(dropped).toMatchObject({ ok: false, error: { code: 'InvalidArgument' } })
    await taken.close()
    rmSync(folder, { recursive: true })
    expect(everything()).toEqual(before)
    await expectAnswers()
  })

  it('names paths in every field of every request and reaches nothing', async () => {
    const victims = [
      ...['secret.csv', 'new-file', 'libraries'].map((name) => join(outside, name)),
      join(running.workspace, 'link', 'secret.csv'),
    ]
    const spellings = pathSpellings(victims, [
      process.cwd(),
      running.workspace,
      join(running.workspace, 'datasets'),
      tmpdir(),
    ])
    expect(spellings.length).toBeGreaterThan(300)
    const random = seededRandom(SEED)
    const some = () =>
      SPELLINGS >= spellings.length
        ? spellings
        : [
            ...victims,
            ...Array.from({ length: SPELLINGS }, () => spellings[Math.floor(random() * spellings.length)]),
          ]
    const before = contentOf(outside)
    const beside = readdirSync(dirname(outside)).sort()
    const dataBefore = contentOf(data)
    let fields = 0
    let sent = 0
    for (const name of names) {
      if (withoutText.has(name)) continue
      const asked = bodiesOf(name).flatMap(({ body, paths }) =>
        paths.flatMap((path) => {
          fields++
          return some().map((spelling) => ({ name, body: withValueAt(body, path, spelling) }))
        }),
      )
      for (const answer of await ask(asked)) {
        expect(answer.text).not.toContain(SECRET)
        sent++
      }
      expect(contentOf(outside), name).toEqual(before)
    }
    console.log(`${sent} requests with spellings of paths in ${fields} fields reached nothing.`)
    expect(fields).toBeGreaterThan(60)
    expect(contentOf(outside)).toEqual(before)
    expect(contentOf(data)).toEqual(dataBefore)
    const appeared = readdirSync(dirname(outside)).filter((name) => !beside.includes(name))
    expect(appeared.filter((name) => /secret|new-file|outside/.test(name))).toEqual([])
    await expectAnswers()
  })

  it('leaves nothing of the environment in the workspace, its log or the app’s data', async () => {
    rmSync(join(running.workspace, 'link'))
    const [stored = ''] = knownIds().runs ?? []
    const trained = await running.window.evaluate(async (id) => {
      const { model, config } = await studio.request('runs.show', { id })
      return (
        await studio.request('runs.start', { dataset: 'clicks', model, config: { ...config, epochs: 1 } })
      ).id
    }, stored)
    await expect
      .poll(
        () =>
          running.window.evaluate(async (id) => (await studio.request('runs.show', { id })).status, trained),
        {
          timeout: 30_000,
        },
      )
      .toBe('completed')
    const report = JSON.stringify(await running.window.evaluate(() => studio.problemReport()))
    expect(report).toContain('Log of the engine')
    expect(report).not.toContain(SECRET)
    for (const folder of [running.workspace, data, settings]) {
      const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
      for (const entry of entries.filter((entry) => entry.isFile()))
        expect(readFileSync(join(entry.parentPath, entry.name)).includes(SECRET), entry.name).toBe(false)
    }
  })
})
