import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openStudioDatabase } from '../../db/index.ts'
import type { EngineEvent } from '../contract/events.ts'
import { MODEL_FORMAT, MODEL_VERSION } from '../model/document.ts'
import { dispatch } from './dispatch.ts'
import { healthHandlers } from './event-loop-health.ts'
import type { Handlers } from './handlers.ts'
import { modelHandlers } from './model-handlers.ts'

const folder = mkdtempSync(join(tmpdir(), 'dispatch-'))
const database = openStudioDatabase(join(folder, 'studio.db'))
afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

const told: EngineEvent[] = []
const handlers = {
  ...modelHandlers(database, (event) => told.push(event)),
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
      body: { models: [] },
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

  it('tells how long the event loop kept others waiting since the last question', async () => {
    const busyUntil = performance.now() + 80
    await new Promise((resolve) => setTimeout(resolve, 20))
    while (performance.now() < busyUntil) Math.sqrt(2)
    await new Promise((resolve) => setTimeout(resolve, 20))
    const answer = await dispatch(handlers, { id: 1, name: 'engine.health', body: {} })
    expect(answer).toMatchObject({ ok: true })
    const { body } = answer as { body: { eventLoopDelayMaxMs: number; rssBytes: number } }
    expect(body.eventLoopDelayMaxMs).toBeGreaterThan(20)
    expect(body.rssBytes).toBeGreaterThan(1e6)
  })
})
