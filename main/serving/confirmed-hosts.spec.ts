import { hostname } from 'node:os'
import { expect, it } from 'vitest'
import { ConfirmedHosts } from './confirmed-hosts.ts'

const hosts = (...names: string[]) => names.map((name) => ({ name }))

it('lets a job reach this machine and those that a person has confirmed', () => {
  const confirmed = new ConfirmedHosts(['node1'])
  expect(() => confirmed.require(null)).not.toThrow()
  expect(() => confirmed.require(hosts('localhost', hostname(), 'node1', 'node1'))).not.toThrow()
})

it('names each other machine once, for the question', () => {
  const confirmed = new ConfirmedHosts(['node1'])
  const refused = () => confirmed.require(hosts('node1', 'a-secret.example.com', 'node2', 'node2', 'NODE1'))
  expect(refused).toThrow('a-secret.example.com, node2, NODE1')
  expect(refused).toThrow(
    expect.objectContaining({
      data: expect.objectContaining({
        code: 'InvalidState',
        details: { unconfirmedHosts: ['a-secret.example.com', 'node2', 'NODE1'] },
      }) as unknown,
    }) as Error,
  )
})
