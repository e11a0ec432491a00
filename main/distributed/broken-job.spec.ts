import { expect, it } from 'vitest'
import { absentMembers, failedMember, lostHost, lostLauncher, lostMember, lostShells } from './broken-job.ts'

const members = [0, 1, 2].map((rank) => ({ rank, pid: 100 + rank, host: `node${rank}`, startedAt: null }))
const [, second, third] = members

it('a rank that was killed, ended by a signal or exited is named with its process and host', () => {
  expect(lostMember(second!, 137).message).toMatch(/^Rank 1 \(process 101 on node1\) was killed\. .*memory/)
  expect(lostMember(second!, 139).message).toContain('was ended by signal 11.')
  expect(lostMember(second!, 3).message).toContain('exited with code 3.')
})

it('a failure on which the ranks agree is that of the rank that it names', () => {
  const agreed = { code: 'DiskFull', message: 'Rank 2: No space is left.' } as const
  expect(failedMember(second!, agreed, members)).toEqual({
    code: 'DiskFull',
    message: 'Rank 2 (process 102 on node2): No space is left.',
  })
  const own = { code: 'Io', message: 'It cannot be read.', file: '/data' } as const
  expect(failedMember(third!, own, members)).toEqual({
    code: 'Io',
    message: 'Rank 2 (process 102 on node2): It cannot be read.',
    file: '/data',
  })
})

it('ranks that have not started are counted, and the first of them is named', () => {
  const { message } = absentMembers(4, [members[0]!, members[2]!], 60)
  expect(message).toContain('2 of 4 ranks have not started, the first of them rank 1')
})

it('a launcher that says no more is quoted with the line that tells why', () => {
  const exit = { command: 'mpirun', code: 213, signal: null }
  const plain = { ...exit, tail: 'a warning\nsomething is missing\n' }
  expect(lostLauncher(plain).message).toContain('mpirun exited with code 213. It said: something is missing')
  const line = '-'.repeat(74)
  const inBlock = {
    ...exit,
    tail: `${line}\nA daemon is gone.\n\n  Remote: node2\n${line}\n${line}\nA peer is gone.\n${line}\n`,
  }
  expect(lostLauncher(inBlock).message).toContain('It said: A daemon is gone. The run can')
})

it('a lost host is named before the rank that has noticed it', () => {
  expect(lostHost('node2', lostMember(second!, 134)).message).toMatch(
    /^The host node2 can no longer be reached\. Rank 1 \(process 101 on node1\) was ended by signal 6\./,
  )
})

it('shells that have ended together are all named, because nothing tells which was killed', () => {
  expect(lostShells([second!]).message).toContain('The shell of rank 1 (process 101 on node1) was killed.')
  expect(lostShells([third!, second!]).message).toContain(
    'The shell of rank 2 (process 102 on node2) or of rank 1 (process 101 on node1) was killed.',
  )
})
