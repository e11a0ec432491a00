import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { openStudioDatabase } from '../../db/index.ts'
import { largeModel } from '../../test/helpers/large-model.ts'
import type { AnswerFrame } from '../contract/channel.ts'
import type { EngineEvent } from '../contract/events.ts'
import { MODEL_FORMAT, MODEL_VERSION } from '../model/document.ts'
import { boundedDispatch, dispatch } from './dispatch.ts'
import { healthHandlers } from './event-loop-health.ts'
import type { Handlers } from './handlers.ts'
import { modelHandlers } from './model-handlers.ts'

const folder = mkdtempSync(join(tmpdir(), 'dispatch-'))
const database = openStudioDatabase(join(folder, 'studio.db'))
afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

const reported: EngineEvent[] = []
const handlers = {
  ...modelHandlers(database, (event) => reported.push(event)),
  ...healthHandlers(),
} as Handlers

const model = {
  format: MODEL_FORMAT,
  version: MODEL_VERSION,
  name: 'A bias',
  nodes: [{ id: 'dense', kind: 'denseInput' }],
}

describe('answering requests', () => {
  it('answers with what the handler returns, under the request’s id', async () => {
    expect(await dispatch(handlers, { id: 7, name: 'models.list', body: {} })).toEqual({
      id: 7,
      ok: true,
      body: { models: [], more: false },
    })
  })

  it('names the field of a body that the schema refuses', async () => {
    const broken = { ...model, name: '' }
    const answer = await dispatch(handlers, {
      id: 1,
      name: 'models.save',
      body: { id: null, document: broken },
    })
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'InvalidRequest', field: 'document.name' },
    })
  })

  it.each(['models.explode', 'constructor', '__proto__', ''])(
    'does not know the request %j',
    async (name) => {
      expect(await dispatch(handlers, { id: 1, name, body: {} })).toMatchObject({
        ok: false,
        error: { code: 'UnknownRequest' },
      })
    },
  )

  it('refuses fields it does not know', async () => {
    expect(await dispatch(handlers, { id: 1, name: 'models.list', body: { extra: 1 } })).toMatchObject({
      ok: false,
      error: { code: 'InvalidRequest' },
    })
  })

  it('refuses oversized requests before reading them', async () => {
    const body = { id: null, document: 'x'.repeat(9 * 1024 * 1024) }
    expect(await dispatch(handlers, { id: 1, name: 'models.save', body })).toMatchObject({
      ok: false,
      error: { code: 'TooLarge' },
    })
  })

  it('keeps the code of a handler’s failure and gives no stack trace', async () => {
    const answer = await dispatch(handlers, { id: 1, name: 'models.delete', body: { id: 'gone' } })
    expect(answer).toMatchObject({ ok: false, error: { code: 'NotFound' } })
    expect(JSON.stringify(answer)).not.toContain('.ts:')
  })

  it.each([[null], ['text'], [{}], [{ id: 'x', name: 'models.list', body: {} }]])(
    'leaves %j unanswered: it has no id to answer to',
    async (message) => {
      expect(await dispatch(handlers, message)).toBeNull()
    },
  )

  it('lists models in pages without their documents, however many and large they are', async () => {
    const ids = Array.from({ length: 7 }, () => database.models.save(null, largeModel(60)).id)
    type Page = { models: { id: string; updatedAt: string; nodes: number }[]; more: boolean }
    const found: string[] = []
    let after: { id: string; updatedAt: string } | null = null
    for (let more = true; more;) {
      const answer = await dispatch(handlers, { id: 1, name: 'models.list', body: { after, limit: 3 } })
      const page = (answer as { body: Page }).body
      expect(JSON.stringify(page).length).toBeLessThan(600)
      expect(page.models.every(({ nodes }) => nodes === 60)).toBe(true)
      found.push(...page.models.map(({ id }) => id))
      const last: Page['models'][number] = page.models.at(-1)!
      after = { id: last.id, updatedAt: last.updatedAt }
      more = page.more
    }
    expect(found.toSorted()).toEqual(ids.toSorted())
    for (const id of ids) database.models.remove(id)
  })

  it('works on a bounded number of messages at once, and answers the others Busy', async () => {
    let release = (): void => undefined
    const gate = new Promise<void>((resolve) => (release = resolve))
    const answers: AnswerFrame[] = []
    const slow = {
      'models.list': () => gate.then(() => ({ models: [], more: false })),
    } as unknown as Handlers
    const answer = boundedDispatch(slow, async (frame) => void answers.push(frame))
    const all = Array.from({ length: 20_000 }, (_, id) => answer({ id, name: 'models.list', body: {} }))
    await Promise.all(all.slice(256))
    expect(answers).toHaveLength(20_000 - 256)
    expect(answers.every((frame) => !frame.ok && frame.error.code === 'Busy')).toBe(true)
    release()
    await Promise.all(all)
    expect(answers.filter(({ ok }) => ok)).toHaveLength(256)
  })

  it('reports how long the event loop delayed others since the last request', async () => {
    const blocked = new Int32Array(new SharedArrayBuffer(4))
    // The delay is seen at the clock's next tick, which may have been due just before the event loop was blocked.
    await vi.waitFor(async () => {
      Atomics.wait(blocked, 0, 0, 80)
      const answer = await dispatch(handlers, { id: 1, name: 'engine.health', body: {} })
      expect(answer).toMatchObject({ ok: true })
      const { body } = answer as { body: { eventLoopDelayMaxMs: number; rssBytes: number } }
      expect(body.eventLoopDelayMaxMs).toBeGreaterThan(20)
      expect(body.rssBytes).toBeGreaterThan(1e6)
    })
  })
})
