import { expect, it } from 'vitest'
import { parseHostFile } from './host-file.ts'

it('a host file has the form of Open MPI or of MPICH, with comments', () => {
  const text = '# cluster\nnode1 slots=4\r\nnode2.example.org:2  # the old one\n\nnode3\n10.0.0.7 slots = 8'
  expect(parseHostFile(text, 'hosts')).toEqual([
    { name: 'node1', slots: 4 },
    { name: 'node2.example.org', slots: 2 },
    { name: 'node3', slots: 1 },
    { name: '10.0.0.7', slots: 8 },
  ])
})

it.each([
  ['node1\nnode2 cores=2', 'row 2: “node2 cores=2” is no host'],
  ['-oProxyCommand=x', 'row 1: “-oProxyCommand=x” is no host'],
  ['node1:0', 'row 1: “node1:0” is no host'],
  ['node1:2\n\nnode1:2', 'row 3: the host node1 is named twice'],
  ['# nothing', 'names no host'],
])('%j is refused', (text, message) => {
  expect(() => parseHostFile(text, 'hosts')).toThrow(message)
})
