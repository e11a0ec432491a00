/** A script in the page names paths wherever a request has text, and reaches no file. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { requests } from '../../main/contract/requests.ts'
import { launchApp, type RunningApp } from '../helpers/app.ts'
import { contentOf } from '../helpers/folder-content.ts'
import { pathSpellings } from '../helpers/path-spellings.ts'
import { sampleModel } from '../helpers/sample-run.ts'
import { examplesOf, withValueAt } from '../helpers/schema-bodies.ts'

/** Inside the page. */
declare const studio: StudioBridge

const SECRET = 'a-secret-that-no-answer-holds'
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

let running: RunningApp
let outside: string
let data: string
beforeAll(async () => {
  outside = mkdtempSync(join(tmpdir(), 'outside-'))
  writeFileSync(join(outside, 'secret.csv'), `label,${SECRET}\n1,2\n0,3\n`)
  writeFileSync(join(outside, 'secret.json'), JSON.stringify({ [SECRET]: [SECRET] }))
  mkdirSync(join(outside, 'libraries'))
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
    writeFileSync(join(outside, 'libraries', name), SECRET)
  data = mkdtempSync(join(tmpdir(), 'data-'))
  const workspace = mkdtempSync(join(tmpdir(), 'workspace-'))
  symlinkSync(outside, join(workspace, 'link'))
  running = await launchApp({ workspace, env: { DLRM_STUDIO_DATA: data, DLRM_STUDIO_TENSORFLOW: '' } })
})
afterAll(async () => {
  await running.close()
  for (const folder of [outside, data, running.workspace]) rmSync(folder, { recursive: true, force: true })
})

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

/** Requests that start work of several minutes, or that other tests cover. */
const withoutText = new Set(['doctor.run', 'backends.status'])

/** The requests to send: for each name a body in which every field except one is valid. */
function bodiesOf(name: keyof typeof requests): { body: unknown; paths: (string | number)[][] }[] {
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

describe('a script in the page', { timeout: 600_000 }, () => {
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
    const before = contentOf(outside)
    const beside = readdirSync(dirname(outside)).sort()
    const dataBefore = contentOf(data)
    let sent = 0
    for (const name of Object.keys(requests) as (keyof typeof requests)[]) {
      if (withoutText.has(name)) continue
      const asked = bodiesOf(name).flatMap(({ body, paths }) =>
        paths.flatMap((path) =>
          spellings.map((spelling) => ({
            path,
            spelling,
            name,
            body: withValueAt(body, path, spelling),
          })),
        ),
      )
      for (const answer of await ask(asked.map(({ name, body }) => ({ name, body })))) {
        expect(answer.text).not.toContain(SECRET)
        sent++
      }
      expect(contentOf(outside), name).toEqual(before)
    }
    console.log(`${sent} requests with ${spellings.length} spellings of paths had no effect.`)
    expect(sent).toBeGreaterThan(10_000)
    expect(contentOf(outside)).toEqual(before)
    expect(contentOf(data)).toEqual(dataBefore)
    const appeared = readdirSync(dirname(outside)).filter((name) => !beside.includes(name))
    expect(appeared.filter((name) => /secret|new-file|outside/.test(name))).toEqual([])
    const answers = await ask([{ name: 'workspace.info', body: {} }])
    expect(answers[0]?.ok).toBe(true)
  })
})
