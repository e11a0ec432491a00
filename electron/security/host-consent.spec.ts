import { expect, it } from 'vitest'
import type { Answer } from '../engine/supervisor.ts'
import { HostConsent, hostList } from './host-consent.ts'

/** An engine that a request leads to these hosts of, and a person who gives the next of these answers. */
function asked(needed: string[], answers: boolean[]) {
  const questions: string[][] = []
  const sent: string[][] = []
  const consent = new HostConsent((hosts) => {
    questions.push(hosts)
    return Promise.resolve(answers.shift() ?? false)
  })
  const request = () =>
    consent.request((confirmed): Promise<Answer> => {
      sent.push(confirmed)
      const unconfirmedHosts = needed.filter((host) => !confirmed.includes(host))
      if (unconfirmedHosts.length === 0) return Promise.resolve({ ok: true, body: 'reached' })
      const error = { code: 'InvalidState', message: 'no', details: { unconfirmedHosts } } as const
      return Promise.resolve({ ok: false, error })
    })
  return { request, questions, sent }
}

it('asks about other machines once, and sends the request again with them', async () => {
  const { request, questions, sent } = asked(['a', 'b'], [true])
  expect(await request()).toEqual({ ok: true, body: 'reached' })
  expect(await request()).toEqual({ ok: true, body: 'reached' })
  expect(questions).toEqual([['a', 'b']])
  expect(sent).toEqual([[], ['a', 'b'], ['a', 'b']])
})

it('reaches none that the person refuses, and asks again the next time', async () => {
  const { request, questions, sent } = asked(['a'], [false, false])
  expect(await request()).toMatchObject({ ok: false, error: { code: 'Cancelled' } })
  expect(await request()).toMatchObject({ ok: false, error: { code: 'Cancelled' } })
  expect(questions).toHaveLength(2)
  expect(sent).toEqual([[], []])
})

it('asks nothing for what needs no other machine', async () => {
  const { request, questions } = asked([], [])
  expect(await request()).toEqual({ ok: true, body: 'reached' })
  expect(questions).toEqual([])
})

it('lists as many names as fit on a screen', () => {
  expect(hostList(['a', 'b\n•  c'])).toBe('• a\n• b\\n•  c')
  expect(
    hostList(Array.from({ length: 25 }, (_, at) => `n${at}`))
      .split('\n')
      .at(-1),
  ).toBe('and 5 more')
})
