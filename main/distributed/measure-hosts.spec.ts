import { expect, it } from 'vitest'
import { hostsOfJob, hostsText } from './measure-hosts.ts'

const member = (rank: number, host: string) => ({ rank, host, pid: 1, startedAt: null })
const members = [member(0, 'one.local'), member(1, 'one.local'), member(2, 'two')]
const measured = [
  { cores: 4, memoryBytes: 8e9, memoryBandwidth: 20e9 },
  null,
  { cores: 2, memoryBytes: 4e9, networkLatency: 5e-5 },
]

it('what was given of a host counts, except memory that it does not have', () => {
  const hosts = [
    { name: 'one', slots: 2, cores: 16, memoryBytes: 64e9 },
    { name: 'two', slots: 3, memoryBytes: 1e9 },
  ]
  expect(hostsOfJob(members, measured, { hosts })).toEqual([
    { name: 'one.local', slots: 2, cores: 16, memoryBytes: 8e9, memoryBandwidth: 20e9 },
    { name: 'two', slots: 1, cores: 2, memoryBytes: 1e9, networkLatency: 5e-5 },
  ])
})

it('the log of a run says what its hosts have', () => {
  const text = hostsText(hostsOfJob(members, measured, { hosts: null }))
  expect(text).toContain('one.local: 4 cores, 8 GB of memory, which gives 20 GB/s; two: 2 cores, 4 GB')
})
