import { expect, it } from 'vitest'
import { completeHost, hostsOfRanks, ORDINARY_HOST, parseHosts } from './hosts.ts'

it('a file of hosts has a line for each, with comments', () => {
  const text =
    '# two kinds\nnode1 slots=4 cores=16 memory=32GB memory-bandwidth=40GB/s # new\r\n\nnode2.local network-bandwidth=10Gbit/s network-latency=0.1ms\n'
  expect(parseHosts(text, 'hosts')).toEqual([
    { name: 'node1', slots: 4, cores: 16, memoryBytes: 32e9, memoryBandwidth: 40e9 },
    { name: 'node2.local', slots: 1, networkBandwidth: 1.25e9, networkLatency: 1e-4 },
  ])
})

it.each([
  ['node1\nnode1 slots=2', /hosts, row 2: the host node1 is there already/],
  ['-oProxyCommand=x', /row 1: -oProxyCommand=x is not the name of a host/],
  ['node1 gpus=4', /gpus=4 is not a setting of a host; there are slots, cores, memory/],
  ['node1 slots=1.5', /slots=1\.5 cannot be read: write a value such as slots=4/],
  ['node1 memory=32', /memory=32 cannot be read: write a value such as memory=32GB/],
  ['node1 memory=0GB', /memory=0GB/],
  ['node1 network-bandwidth=10GB', /such as network-bandwidth=10Gbit\/s/],
  ['node1\nNode1', /row 2: the host Node1 is there already/],
  ['localhost\n127.0.0.1', /row 2: the host localhost is there already/],
  ['node1 slots=2 slots=3', /row 1: slots is there twice/],
  ['node1 slots=99999', /row 1: slots=99999 is more than the 4096 ranks/],
  [`node1\n${'x'.repeat(1e6)}`, /row 2: x{40}… is not the name of a host/],
  ['# nobody\n', /hosts names no host/],
])('a file of hosts that says %j is refused with the row', (text, message) => {
  expect(() => parseHosts(text, 'hosts')).toThrow(message)
})

it.each(['LOCALHOST', 'localhost', '127.0.0.1'])('%s is this machine', (name) => {
  expect(parseHosts(`${name} slots=2`, 'hosts')).toEqual([{ name: 'localhost', slots: 2 }])
})

it('ranks fill the slots of the hosts in their order', () => {
  const hosts = parseHosts('one slots=2\ntwo slots=3', 'hosts').map(completeHost)
  expect(hostsOfRanks(hosts, 4).map(({ name }) => name)).toEqual(['one', 'one', 'two', 'two'])
})

it('what a file does not say of a host is that of an ordinary one', () => {
  const [host] = parseHosts('node1 cores=8 memory=32GB', 'hosts').map(completeHost)
  expect(host).toEqual({
    ...ORDINARY_HOST,
    name: 'node1',
    memoryBytes: 32e9,
    flops: 2 * ORDINARY_HOST.flops,
  })
})
