import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { fetchFromIndex, reachPage } from './index-download.ts'

const WHEEL = { project: 'films', fileName: 'films-1.0-py3-none-any.whl' }
const options = () => ({ signal: new AbortController().signal, silenceMs: 300 })

/** A package index of this machine, and the addresses that it was asked for. */
async function startIndex(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? ''}`.trim())
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  server.on('connection', (socket) => onTestFinished(() => void socket.destroy()))
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`), asked }
}

it('fetches a file by the page of its package, in either form, and follows redirects', async () => {
  for (const page of [
    '<a href="../../files/films-1.0-py3-none-any.whl#sha256=0">films</a>',
    JSON.stringify({ files: [{ filename: WHEEL.fileName, url: '/files/films-1.0-py3-none-any.whl' }] }),
  ]) {
    const { url, asked } = await startIndex((request, response) => {
      if (request.url === '/simple/films/')
        response
          .setHeader(
            'content-type',
            page.startsWith('<') ? 'text/html' : 'application/vnd.pypi.simple.v1+json',
          )
          .end(page)
      else if (request.url?.startsWith('/files/')) response.writeHead(302, { location: '/moved' }).end()
      else response.end('the wheel')
    })
    expect((await fetchFromIndex(url, WHEEL, 100, options())).toString()).toBe('the wheel')
    expect(asked).toEqual(['/simple/films/', '/files/films-1.0-py3-none-any.whl', '/moved'])
  }
})

it('logs in with the name and password of the address, which no message contains', async () => {
  const { url, asked } = await startIndex((_request, response) => response.writeHead(403).end())
  const secret = new URL(url)
  secret.username = 'me'
  secret.password = 'pass word'
  const failed = await reachPage(secret, 'films', options()).catch((error: unknown) => error as Error)
  expect(String(failed)).toMatch(/cannot be used: it answered with status 403/)
  expect(String(failed)).not.toMatch(/pass|me:/)
  expect(asked).toEqual([`/simple/films/ Basic ${Buffer.from('me:pass word').toString('base64')}`])
})

it('gives up a server that is silent, sends too much, or has no such file', async () => {
  const silent = await startIndex(() => undefined)
  await expect(reachPage(silent.url, 'films', options())).rejects.toThrow('it does not answer within 0.3 s')
  const endless = await startIndex((request, response) =>
    response.end(
      request.url === '/simple/films/' ? '<a href="/f/films-1.0-py3-none-any.whl">' : 'x'.repeat(101),
    ),
  )
  await expect(fetchFromIndex(endless.url, WHEEL, 100, options())).rejects.toThrow('more than 100 bytes')
  const empty = await startIndex((_request, response) =>
    response.end('<a href="/f/films-2.0-py3-none-any.whl">'),
  )
  await expect(fetchFromIndex(empty.url, WHEEL, 100, options())).rejects.toMatchObject({
    data: { code: 'NotFound' },
  })
})
