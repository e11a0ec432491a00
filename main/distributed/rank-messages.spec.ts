import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { messageInLine } from './lines.ts'
import { rankMessage, reportingExit, thisMember } from './rank-messages.ts'

const identity = { pid: 12, startedAt: null, host: 'node1' }

it.each(['OMPI_COMM_WORLD_RANK', 'PMIX_RANK', 'PMI_RANK'])('a process finds its rank in %s', (variable) => {
  expect(thisMember(identity, { [variable]: '3' }).rank).toBe(3)
})

it.each([
  ['exit 3', 3],
  ['kill -KILL $$', 137],
])('a program that ends by %s is reported with its rank and status', (script, status) => {
  const [shell = '', ...args] = reportingExit(['sh', '-c', script])
  const env = { ...process.env, PMI_RANK: '5' }
  const exit = spawnSync(shell, args, { encoding: 'utf8', env })
  const line = exit.stderr.split('\n').find((each) => messageInLine(each) !== undefined)
  expect(rankMessage.parse(messageInLine(line ?? ''))).toEqual({ kind: 'exited', rank: 5, status })
  expect(exit.status).toBe(status)
})

it('a program that succeeds is not reported, and gets the input', () => {
  const [shell = '', ...args] = reportingExit(['cat'])
  const { stdout, stderr, status } = spawnSync(shell, args, { encoding: 'utf8', input: 'text' })
  expect({ stdout, stderr, status }).toEqual({ stdout: 'text', stderr: '', status: 0 })
})
