import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import {
  currentProcess,
  HEARTBEAT_LIMIT_MS,
  isOwnerAlive,
  parseProcStat,
  processStart,
} from './process-identity.ts'

const now = Date.parse('2026-01-02T00:00:00.000Z')
const fresh = new Date(now - 1000).toISOString()
const stale = new Date(now - HEARTBEAT_LIMIT_MS - 1).toISOString()

describe('an owner', () => {
  it('lives while its process does, even if its heartbeat has not come for long', () => {
    expect(isOwnerAlive(currentProcess(), stale, now)).toBe(true)
  })

  it('is dead when its process has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    const owner = { ...currentProcess(), pid: child.pid ?? 0, startedAt: processStart(child.pid ?? 0) }
    expect(isOwnerAlive(owner, fresh, now)).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isOwnerAlive(owner, fresh, now)).toBe(false)
  })

  it.skipIf(process.platform === 'win32')('is dead when another process has its pid', () => {
    expect(isOwnerAlive({ ...currentProcess(), startedAt: 'another start' }, fresh, now)).toBe(false)
  })

  it('is judged by its heartbeat where its start is not known or it is on another machine', () => {
    for (const owner of [
      { ...currentProcess(), startedAt: null },
      { ...currentProcess(), host: 'elsewhere' },
    ]) {
      expect(isOwnerAlive(owner, fresh, now)).toBe(true)
      expect(isOwnerAlive(owner, stale, now)).toBe(false)
      expect(isOwnerAlive(owner, null, now)).toBe(false)
    }
  })
})

it('reads state and start past a program name with blanks and parentheses', () => {
  const fields = Array.from({ length: 50 }, (_, index) => `f${index + 3}`)
  fields[0] = 'S'
  expect(parseProcStat(`123 (a) b (c)) ${fields.join(' ')}`)).toEqual({ state: 'S', startTicks: 'f22' })
})
