import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EngineEvent, ShellEvent } from '../../main/contract/events.ts'
import type { EngineListener } from './engine-process.ts'
import { EngineSupervisor } from './supervisor.ts'

/** An engine whose end of the channel the test holds. */
function supervised() {
  const engines: {
    listener: EngineListener
    again: boolean
    sent: { id: number; name: string }[]
    exiting: boolean
  }[] = []
  const events: (EngineEvent | ShellEvent)[] = []
  const supervisor = new EngineSupervisor(
    (listener, again) => {
      const engine = { listener, again, sent: [] as { id: number; name: string }[], exiting: false }
      engines.push(engine)
      return {
        send: (message) => engine.sent.push(message as { id: number; name: string }),
        requestExit: () => (engine.exiting = true),
        kill: () => listener.onExit('was ended'),
      }
    },
    (event) => events.push(event),
  )
  supervisor.start()
  return { supervisor, engines, events }
}

describe('the supervisor', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('gives each request its own answer', async () => {
    const { supervisor, engines } = supervised()
    const first = supervisor.request('runs.list', {})
    const second = supervisor.request('runs.show', { id: 'x' })
    const { sent, listener } = engines[0]!
    listener.onMessage({ id: sent[1]!.id, ok: false, error: { code: 'NotFound', message: 'no' } })
    listener.onMessage({ id: sent[0]!.id, ok: true, body: { runs: [] } })
    expect(await first).toEqual({ ok: true, body: { runs: [] } })
    expect(await second).toEqual({ ok: false, error: { code: 'NotFound', message: 'no' } })
  })

  it('forwards events and reports when the engine serves', () => {
    const { engines, events } = supervised()
    engines[0]!.listener.onMessage({ ready: true })
    engines[0]!.listener.onMessage({ event: { kind: 'changed', what: 'runs' } })
    engines[0]!.listener.onMessage({ nonsense: 1 })
    expect(events).toEqual([{ kind: 'engineStarted' }, { kind: 'changed', what: 'runs' }])
  })

  it('answers what was open with EngineGone and starts another engine', async () => {
    const { supervisor, engines, events } = supervised()
    const open = supervisor.request('runs.list', {})
    engines[0]!.listener.onExit('crashed (SIGSEGV)')
    expect(await open).toMatchObject({ ok: false, error: { code: 'EngineGone' } })
    expect(events).toMatchObject([{ kind: 'engineGone', gaveUp: false }])
    vi.advanceTimersByTime(1000)
    expect(engines).toHaveLength(2)
  })

  it('tells an engine whether one before it has served the workspace, which then has to be there', () => {
    const { engines } = supervised()
    engines[0]!.listener.onExit('crashed (SIGSEGV)')
    vi.advanceTimersByTime(1000)
    engines[1]!.listener.onMessage({ ready: true })
    engines[1]!.listener.onExit('crashed (SIGSEGV)')
    vi.advanceTimersByTime(5000)
    expect(engines.map(({ again }) => again)).toEqual([false, false, true])
  })

  it('gives up after five ends in a minute, until it is asked again', () => {
    const { supervisor, engines, events } = supervised()
    for (let end = 0; end < 5; end++) {
      engines.at(-1)!.listener.onExit('crashed (SIGSEGV)')
      vi.advanceTimersByTime(5000)
    }
    expect(engines).toHaveLength(5)
    expect(events.at(-1)).toMatchObject({ kind: 'engineGone', gaveUp: true })
    supervisor.startAgain()
    expect(engines).toHaveLength(6)
  })

  it('does not start again an engine that says why it cannot serve', async () => {
    const { supervisor, engines, events } = supervised()
    const failed = { code: 'Corrupt', message: 'The database is damaged.' } as const
    engines[0]!.listener.onMessage({ failed })
    engines[0]!.listener.onExit('left with exit status 1')
    vi.advanceTimersByTime(60_000)
    expect(engines).toHaveLength(1)
    expect(events).toEqual([{ kind: 'engineGone', message: failed.message, gaveUp: true }])
    expect(await supervisor.request('runs.list', {})).toEqual({ ok: false, error: failed })
  })

  it('gives the engine a bounded number of requests, in their order, and turns away what would pile up', async () => {
    const { supervisor, engines } = supervised()
    const all = Array.from({ length: 20_000 }, (_, at) => supervisor.request(`request-${at}`, {}))
    const { sent, listener } = engines[0]!
    const atOnce = sent.length
    expect(atOnce).toBeLessThanOrEqual(64)
    for (let at = 0; at < sent.length; at++) listener.onMessage({ id: sent[at]!.id, ok: true, body: at })
    const answers = await Promise.all(all)
    const done = answers.filter(({ ok }) => ok)
    expect(done.length).toBe(atOnce + 1000)
    expect(sent.map(({ name }) => name)).toEqual(done.map((_, at) => `request-${at}`))
    const refused = answers.filter((answer) => !answer.ok)
    expect(refused[0]).toMatchObject({
      error: { code: 'Busy', message: expect.stringContaining('Try again') as string },
    })
    // And it has room again.
    const later = supervisor.request('later', {})
    listener.onMessage({ id: sent.at(-1)!.id, ok: true, body: null })
    expect(await later).toEqual({ ok: true, body: null })
  })

  it('holds a bounded number of bytes of large requests, and still sends each on', async () => {
    const { supervisor, engines } = supervised()
    const large = { text: 'x'.repeat(7 * 1024 * 1024) }
    const all = Array.from({ length: 20 }, () => supervisor.request('models.save', large))
    const { sent, listener } = engines[0]!
    expect(sent.length).toBe(4)
    for (let at = 0; at < sent.length; at++) listener.onMessage({ id: sent[at]!.id, ok: true, body: null })
    const answers = await Promise.all(all)
    expect(answers.filter(({ ok }) => ok)).toHaveLength(8)
  })

  it('answers what waits when the engine dies, and starts afresh', async () => {
    const { supervisor, engines } = supervised()
    const all = Array.from({ length: 200 }, () => supervisor.request('runs.list', {}))
    engines[0]!.listener.onExit('crashed (SIGSEGV)')
    for (const answer of await Promise.all(all))
      expect(answer).toMatchObject({ error: { code: 'EngineGone' } })
    vi.advanceTimersByTime(1000)
    const next = supervisor.request('runs.list', {})
    const { sent, listener } = engines[1]!
    expect(sent).toHaveLength(1)
    listener.onMessage({ id: sent[0]!.id, ok: true, body: 1 })
    expect(await next).toEqual({ ok: true, body: 1 })
  })

  it('lets the engine exit at the end and does not start it again', async () => {
    const { supervisor, engines, events } = supervised()
    const stopped = supervisor.stop()
    expect(engines[0]!.exiting).toBe(true)
    engines[0]!.listener.onExit('left with exit status 0')
    await stopped
    vi.advanceTimersByTime(60_000)
    expect(engines).toHaveLength(1)
    expect(events).toEqual([])
  })
})
