/** The installation of TensorFlow as users start it, interrupted in every way, in a data folder of its own. */
import { mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { createServer, request as httpRequest } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { runCommand, runForJson, startCommand, type Failure } from '../helpers/command-line.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** A download of 274 MB, its check and its unpacking, on a slow disk. */
const WHOLE_MS = 300_000

interface Status {
  installed: boolean
  folder: string | null
  reason: string | null
}

/** A folder that is in use by process 1, which lives. */
const LIVING = 'incoming-1-0-0123abcd'

let data: string
beforeEach(async () => {
  data = await temporaryFolder()
  vi.stubEnv('DLRM_STUDIO_DATA', data)
  onTestFinished(() => void vi.unstubAllEnvs())
})

/** A proxy for HTTP and for tunnels that closes for good after this many bytes. */
async function proxyThatDies(afterBytes: number): Promise<{ port: number; passed: () => number }> {
  let bytes = 0
  const sockets = new Set<Duplex>()
  const count = (chunk: Buffer): void => {
    bytes += chunk.length
    if (bytes > afterBytes) for (const socket of sockets) socket.destroy()
  }
  const tracked = <Each extends Duplex>(socket: Each): Each => {
    sockets.add(socket)
    return socket.on('error', () => undefined)
  }
  const server = createServer((request, response) => {
    if (bytes > afterBytes) return void request.socket.destroy()
    tracked(request.socket)
    const { method, headers } = request
    const onward = httpRequest(request.url ?? '', { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.on('data', count).pipe(response)
    })
    request.pipe(onward.on('error', () => response.destroy()))
  })
  server.on('connect', ({ url = '' }, client: Duplex) => {
    if (bytes > afterBytes) return void client.destroy()
    const { hostname, port } = new URL(`http://${url}`)
    const target = tracked(
      connect(Number(port || 443), hostname, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n')
        tracked(client).pipe(target).on('data', count).pipe(client)
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  return { port: (server.address() as AddressInfo).port, passed: () => bytes }
}

const status = async () => (await runForJson<Status>(data, 'tensorflow', 'status')).json
const left = (): Promise<string[]> => readdir(join(data, 'tensorflow')).catch(() => [])
const leftBy = async (pid: number | undefined) =>
  (await left()).filter((name) => name.startsWith(`incoming-${pid}-`))

describe('setting TensorFlow up', () => {
  it('says how to, where it is not set up', { timeout: 60_000 }, async () => {
    expect(await status()).toMatchObject({
      installed: false,
      reason: expect.stringContaining('npm run setup:tensorflow'),
    })
  })

  it('without a network leaves nothing and says what to do', { timeout: 120_000 }, async () => {
    for (const name of ['PIP_INDEX_URL', 'HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'PIP_PROXY'])
      vi.stubEnv(name, 'http://127.0.0.1:9/')
    vi.stubEnv('PIP_EXTRA_INDEX_URL', '')
    const { status: code, json } = await runForJson<Failure>(data, 'tensorflow', 'install')
    expect({ code, error: json.error.code }).toEqual({ code: 1, error: 'Io' })
    expect(json.error.message).toMatch(/could not download tensorflow-cpu.*--wheel/)
    expect(await left()).toEqual([])
  })

  it('without a network half-way leaves nothing', { timeout: 120_000 }, async () => {
    const proxy = await proxyThatDies(20_000_000)
    for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy', 'PIP_PROXY'])
      vi.stubEnv(name, `http://127.0.0.1:${proxy.port}/`)
    vi.stubEnv('PIP_RETRIES', '0')
    const { status: code, json } = await runForJson<Failure>(data, 'tensorflow', 'install')
    expect({ code, error: json.error.code }).toEqual({ code: 1, error: 'Io' })
    expect(proxy.passed()).toBeGreaterThan(20_000_000)
    expect(await left()).toEqual([])
    expect(await status()).toMatchObject({ installed: false })
  })

  it('refuses a file that is not the wheel', { timeout: 60_000 }, async () => {
    const wheel = join(data, 'tensorflow.whl')
    await writeFile(wheel, 'not a wheel')
    const { json } = await runForJson<Failure>(data, 'tensorflow', 'install', '--wheel', wheel)
    expect(json.error).toMatchObject({ code: 'Corrupt', file: wheel })
    const absent = join(data, 'none.whl')
    const other = await runForJson<Failure>(data, 'tensorflow', 'install', '--wheel', absent)
    expect(other.json.error).toMatchObject({ code: 'NotFound', file: absent })
    expect(await left()).toEqual([])
  })

  it(
    'goes on after kill -9 and Ctrl-C, is repaired where a file was damaged, and is removed',
    { timeout: WHOLE_MS },
    async () => {
      const killed = startCommand(data, ['tensorflow', 'install'])
      await killed.says('Downloading')
      killed.child.kill('SIGKILL')
      await killed.ended
      expect(await status()).toMatchObject({ installed: false })

      const interrupted = startCommand(data, ['tensorflow', 'install'])
      await interrupted.says('Downloading')
      interrupted.child.kill('SIGINT')
      expect((await interrupted.ended).status).toBe(130)
      expect(await leftBy(interrupted.child.pid)).toEqual([])

      const unpacking = startCommand(data, ['tensorflow', 'install'])
      await unpacking.says('Unpacking')
      unpacking.child.kill('SIGKILL')
      await unpacking.ended
      expect(await status()).toMatchObject({ installed: false })

      expect((await runCommand(data, 'tensorflow', 'install')).status).toBe(0)
      const { installed, folder } = await status()
      expect(installed).toBe(true)
      expect(await left()).toContain('2.21.0-cpu')

      const library = join(folder ?? '', 'libtensorflow_framework.so.2')
      await truncate(library, (await stat(library)).size - 1)
      expect(await status()).toMatchObject({
        installed: false,
        reason: expect.stringContaining('libtensorflow_framework.so.2'),
      })
      await writeFile(join(folder ?? '', 'runtime.json'), '{"version": 1')
      expect((await status()).reason).toContain('runtime.json')

      await mkdir(join(data, 'tensorflow', LIVING), { recursive: true })
      expect((await runCommand(data, 'tensorflow', 'remove')).stdout).toContain('removed')
      expect(await status()).toMatchObject({ installed: false })
      // A pip whose owner was killed may continue to write for a while. What it leaves is removed once it has ended.
      await vi.waitFor(
        async () => {
          await runCommand(data, 'tensorflow', 'remove')
          expect(await left()).toEqual([LIVING])
        },
        { timeout: 120_000, interval: 2000 },
      )
    },
  )
})

it(
  'uses a folder of the user’s own, until the installed one is asked for again',
  { timeout: 120_000 },
  async () => {
    vi.stubEnv('DLRM_STUDIO_DATA', '')
    const { folder } = await status()
    vi.stubEnv('DLRM_STUDIO_DATA', data)
    expect(await status()).toMatchObject({ installed: false })
    await runCommand(data, 'tensorflow', 'use', folder ?? '')
    expect(await status()).toMatchObject({ installed: true, folder })
    const nothing = await runForJson<Failure>(data, 'tensorflow', 'use', data)
    expect(nothing.json.error).toMatchObject({ code: 'NotFound', file: data })
    expect(await status()).toMatchObject({ installed: true, folder })
    await runCommand(data, 'tensorflow', 'use', '--installed')
    expect(await status()).toMatchObject({ installed: false })
  },
)

it(
  'the doctor loads what is set up, and reports what the system says if that fails',
  { timeout: 120_000 },
  async () => {
    interface Report {
      checks: { name: string; ok: boolean; found: string; remedy: string | null }[]
    }
    const tensorflow = async () =>
      (await runForJson<Report>(data, 'doctor')).json.checks.find(({ name }) => name === 'TensorFlow')
    vi.stubEnv('DLRM_STUDIO_DATA', '')
    expect(await tensorflow()).toMatchObject({
      ok: true,
      found: expect.stringMatching(/^2\.21\.0 on the (CPU|GPU)/),
    })
    for (const name of ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2'])
      await writeFile(join(data, name), 'no library')
    vi.stubEnv('DLRM_STUDIO_TENSORFLOW', data)
    const broken = await tensorflow()
    expect(broken).toMatchObject({
      ok: false,
      found: expect.stringContaining('libtensorflow_framework.so.2'),
    })
    expect(broken?.remedy).not.toBeNull()
  },
)

it('names what is missing in a folder of the user’s own', { timeout: 60_000 }, async () => {
  vi.stubEnv('DLRM_STUDIO_TENSORFLOW', data)
  const { reason } = await status()
  expect(reason).toContain('libtensorflow_framework.so.2')
  expect(reason).toContain(data)
  await expect(readFile(join(data, 'runtime.json'))).rejects.toThrow()
})
