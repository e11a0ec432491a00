import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { expect, it } from 'vitest'
import { messageInLine } from './lines.ts'
import { rankMessage, reportingExit, thisMember } from './rank-messages.ts'

const identity = { pid: 12, startedAt: null, host: 'node1' }

it.each(['OMPI_COMM_WORLD_RANK', 'PMIX_RANK', 'PMI_RANK'])('a process finds its rank in %s', (variable) => {
  expect(thisMember(identity, { [variable]: '3' }).rank).toBe(3)
})

/** What the shell around a program says, and what the program printed and returned. */
function run(program: string[], input = '') {
  const [shell = '', ...args] = reportingExit(program)
  const env = { ...process.env, PMI_RANK: '5' }
  const { stdout, stderr, status, pid } = spawnSync(shell, args, { encoding: 'utf8', env, input })
  const lines = stderr.split('\n').map(messageInLine)
  const messages = lines.filter((each) => each !== undefined).map((each) => rankMessage.parse(each))
  const begins = {
    kind: 'alive',
    startedBy: process.pid,
    member: { rank: 5, pid, startedAt: null, host: hostname() },
  }
  return { stdout, status, messages, begins }
}

it.each([
  ['exit 3', 3],
  ['kill -KILL $$', 137],
])('a program that ends by %s is reported with its rank and status', (script, code) => {
  const { status, messages, begins } = run(['sh', '-c', script])
  expect(messages).toEqual([begins, { kind: 'exited', rank: 5, status: code }])
  expect(status).toBe(code)
})

it('a program that succeeds gets the input, and only its begin is reported', () => {
  const { stdout, status, messages, begins } = run(['cat'], 'text')
  expect({ stdout, status, messages }).toEqual({ stdout: 'text', status: 0, messages: [begins] })
})
