import { expect, it } from 'vitest'
import { hostsOfRanks, ORDINARY_HOST, parseHosts } from './hosts.ts'

it('a file of hosts has a line for each, with comments', () => {
  const text =
    '# two kinds\nnode1 slots=4 memory=32GB memory-bandwidth=40GB/s # new\r\n\nnode2.local network-bandwidth=10Gbit/s network-latency=0.1ms\n'
  expect(parseHosts(text, 'hosts')).toEqual([
    { ...ORDINARY_HOST, name: 'node1', slots: 4, memoryBytes: 32e9, memoryBandwidth: 40e9 },
    { ...ORDINARY_HOST, name: 'node2.local', networkBandwidth: 1.25e9, networkLatency: 1e-4 },
  ])
})

it.each([
  ['node1\nnode1 slots=2', /hosts, row 2: the host node1 is there already/],
  ['-oProxyCommand=x', /row 1: -oProxyCommand=x is not the name of a host/],
  ['node1 cores=4', /cores=4 is not a setting of a host; there are slots, memory/],
  ['node1 slots=1.5', /slots=1\.5 cannot be read: write a value such as slots=4/],
  ['node1 memory=32', /memory=32 cannot be read: write a value such as memory=32GB/],
  ['node1 memory=0GB', /memory=0GB/],
  ['node1 network-bandwidth=10GB', /such as network-bandwidth=10Gbit\/s/],
  ['# nobody\n', /hosts names no host/],
])('a file of hosts that says %j is refused with the row', (text, message) => {
  expect(() => parseHosts(text, 'hosts')).toThrow(message)
})

it('ranks fill the slots of the hosts in their order', () => {
  const hosts = parseHosts('one slots=2\ntwo slots=3', 'hosts')
  expect(hostsOfRanks(hosts, 4).map(({ name }) => name)).toEqual(['one', 'one', 'two', 'two'])
})
