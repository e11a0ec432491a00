/** A server of updates on this machine, whose releases are signed with a key of its own. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename } from 'node:path'

/** What the server does wrong. */
export interface Faults {
  /** Another key signs the description. */
  forged?: boolean
  /** The package has other bytes than the description says. */
  changed?: boolean
  /** The package ends after so many bytes. */
  truncatedAt?: number
  /** Bytes a second, so that a download takes long enough to be interrupted. */
  bytesPerSecond?: number
}

export interface UpdateServer {
  /** The content of the build's update-feed.json. */
  feed: { url: string; channel: string; publicKey: string }
  offer(
    release: { version: string; file: string; notes: string; stagingPercentage?: number },
    faults?: Faults,
  ): void
  /** The paths that were asked for, with the headers. */
  requests: { path: string; headers: Record<string, unknown> }[]
  close(): Promise<void>
}

const CHUNKS_PER_SECOND = 20

export async function startUpdateServer(): Promise<UpdateServer> {
  const keys = generateKeyPairSync('ed25519')
  const others = generateKeyPairSync('ed25519')
  const requests: UpdateServer['requests'] = []
  let served = new Map<string, Buffer>()
  let rate: number | undefined
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1)
    requests.push({ path, headers: request.headers })
    const content = served.get(path)
    if (!content) return response.writeHead(404).end()
    response.writeHead(200, { 'Content-Length': content.length })
    if (!path.endsWith('.tar.gz') || rate === undefined) return response.end(content)
    const step = Math.ceil(rate / CHUNKS_PER_SECOND)
    let sent = 0
    const timer = setInterval(() => {
      if (response.destroyed) return clearInterval(timer)
      response.write(content.subarray(sent, sent + step))
      sent += step
      if (sent >= content.length) {
        clearInterval(timer)
        response.end()
      }
    }, 1000 / CHUNKS_PER_SECOND)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    feed: {
      // A name, which the app has to look up.
      url: `http://localhost:${port}/`,
      channel: 'stable',
      publicKey: keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    },
    requests,
    offer({ version, file, notes, stagingPercentage }, faults = {}) {
      const whole = readFileSync(file)
      const { arch, platform } = process
      const description = JSON.stringify({
        product: 'dlrm-studio',
        channel: 'stable',
        platform,
        arch,
        version,
        date: new Date().toISOString(),
        notes,
        ...(stagingPercentage !== undefined && { stagingPercentage }),
        files: [
          {
            name: basename(file),
            sha512: createHash('sha512').update(whole).digest('base64'),
            bytes: whole.length,
          },
        ],
      })
      const { privateKey } = faults.forged ? others : keys
      const signature = sign(null, Buffer.from(description), privateKey).toString('base64')
      const content = Buffer.from(whole.subarray(0, faults.truncatedAt))
      if (faults.changed) content[content.length - 1]! ^= 1
      const name = `stable-${platform}-${arch}.json`
      rate = faults.bytesPerSecond
      served = new Map([
        [name, Buffer.from(description)],
        [`${name}.sig`, Buffer.from(signature)],
        [basename(file), content],
      ])
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
