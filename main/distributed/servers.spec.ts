import { expect, it } from 'vitest'
import { clientsOf, serversOf, serversText } from './servers.ts'

it('ranks without data are divided among those that have them', () => {
  const servers = serversOf([true, false, true, false, false])
  expect(servers).toEqual([null, 0, null, 2, 0])
  expect([0, 1, 2].map((rank) => clientsOf(servers, rank))).toEqual([2, 0, 1])
  expect(serversText(servers)).toContain('1 from rank 0, 3 from rank 2, 4 from rank 0')
})

it('nothing is said of a job whose ranks all have the data', () => {
  expect(serversText(serversOf([true, true]))).toBeNull()
})
