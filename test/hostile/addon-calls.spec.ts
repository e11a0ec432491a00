import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Call } from './addon-calls.ts'

const script = fileURLToPath(new URL('addon-calls.ts', import.meta.url))
const CODES = [
  ...['InvalidArgument', 'InvalidPlan', 'InvalidState', 'NotFound', 'Io', 'DiskFull', 'Corrupt', 'Cancelled'],
  'TooManyRejectedRows',
]

let calls: Call[]

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'addon-calls-'))
  try {
    // Rejects if the process does not end by itself with status 0.
    const { stdout } = await promisify(execFile)(process.execPath, [script, folder], { maxBuffer: 2 ** 28 })
    calls = JSON.parse(stdout) as Call[]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)

const failed = (kind: (call: Call) => boolean) =>
  calls.filter(kind).map(({ call, code, message }) => `${call}: ${code} ${message}`)

describe('the addon, called with what it does not take', () => {
  it('survives every export with some thirty arguments at every position and in every state', () => {
    expect(calls.length).toBeGreaterThan(3000)
  })

  it('throws an error with a code and a message, always', () => {
    // An error that an argument itself throws comes through, and a method of another object gives the language's own
    // error.
    const own = ['read', 'Illegal invocation']
    const untyped = ({ outcome, code, message }: Call) =>
      outcome === 'error' && !own.includes(message ?? '') && !(CODES.includes(code ?? '') && message)
    expect(failed(untyped)).toEqual([])
  })

  it('takes none of what cannot be right', () => {
    expect(failed(({ outcome, wrong }) => wrong && outcome === 'value')).toEqual([])
  })

  it('says InvalidState of a model that is at work', () => {
    const busy = calls.filter(({ call }) => call.startsWith('busy: memoryBytes'))
    expect(busy.length).toBeGreaterThan(30)
    expect(busy.every(({ code }) => code === 'InvalidState')).toBe(true)
  })
})
