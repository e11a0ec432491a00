/** Fetches files of a package index by its simple interface (PEP 503 and 691), as pip does. */
import * as http from 'node:http'
import * as https from 'node:https'
import { rootCertificates, getCACertificates } from 'node:tls'
import { StudioError } from '../../contract/errors.ts'
import { readRegularFileSync } from '../../platform/regular-file.ts'

const MAX_REDIRECTS = 5
const MAX_PAGE_BYTES = 16 * 1024 * 1024
const MAX_CERTIFICATE_BYTES = 4 * 1024 * 1024
const JSON_PAGE = 'application/vnd.pypi.simple.v1+json'
const PAGE = `${JSON_PAGE}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1`

export interface FetchOptions {
  signal: AbortSignal
  /** A server that says nothing for this long is given up. */
  silenceMs: number
}

/** Throws Io with a reason if the index or its page of the package does not answer. Reads only the beginning. */
export async function reachPage(index: URL, project: string, options: FetchOptions): Promise<void> {
  const response = await get(pageOf(index, project), PAGE, index, options)
  response.destroy()
}

/** The bytes of a file of a package. Whoever calls checks its hash. Throws Io, NotFound or TooLarge with a reason. */
export async function fetchFromIndex(
  index: URL,
  { project, fileName }: { project: string; fileName: string },
  maxBytes: number,
  options: FetchOptions,
): Promise<Buffer> {
  const page = pageOf(index, project)
  const response = await get(page, PAGE, index, options)
  const text = (await contentOf(response, MAX_PAGE_BYTES)).toString('utf8')
  const link = response.headers['content-type']?.includes('json')
    ? linkInJson(text, fileName)
    : linkInHtml(text, fileName)
  const file = link === undefined ? null : URL.parse(link, page)
  if (!file) throw new StudioError('NotFound', `The package index ${shown(index)} has no ${fileName}.`)
  return contentOf(await get(file, '*/*', index, options), maxBytes)
}

const pageOf = (index: URL, project: string): URL => {
  const page = new URL(index)
  page.pathname = `${page.pathname.replace(/\/$/, '')}/${project}/`
  return page
}

function linkInJson(text: string, fileName: string): string | undefined {
  try {
    const { files } = JSON.parse(text) as { files?: { filename?: unknown; url?: unknown }[] }
    const url = files?.find(({ filename }) => filename === fileName)?.url
    return typeof url === 'string' ? url : undefined
  } catch {
    return undefined
  }
}

function linkInHtml(text: string, fileName: string): string | undefined {
  for (const [, link = ''] of text.matchAll(/<a\b[^>]*\bhref\s*=\s*["']([^"']+)["']/gi)) {
    const plain = link.replaceAll('&amp;', '&')
    if (plain.replace(/[?#].*$/, '').endsWith(`/${fileName}`)) return plain
  }
  return undefined
}

/** The address without a name and a password, which must not be in a message. */
export const shown = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`

async function get(
  from: URL,
  accept: string,
  index: URL,
  options: FetchOptions,
): Promise<http.IncomingMessage> {
  let url = from
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await once(url, accept, index, options)
    const { statusCode = 0, headers } = response
    if (statusCode >= 200 && statusCode < 300) return response
    response.destroy()
    const next =
      statusCode >= 300 && statusCode < 400 && headers.location ? URL.parse(headers.location, url) : null
    if (!next) throw unreachable(url, `it answered with status ${statusCode}`)
    // What was asked for safely must not go on in the clear.
    if (url.protocol === 'https:' && next.protocol !== 'https:')
      throw unreachable(url, 'it redirects to http')
    url = next
  }
  throw unreachable(from, 'it redirects too often')
}

function once(
  url: URL,
  accept: string,
  index: URL,
  { signal, silenceMs }: FetchOptions,
): Promise<http.IncomingMessage> {
  const secure = url.protocol === 'https:'
  const options = {
    signal,
    timeout: silenceMs,
    headers: { accept, 'user-agent': 'dlrm-studio' },
    // Only the index itself may see its password.
    ...(url.host === index.host && index.username !== '' && { auth: credentials(index) }),
    agent: secure
      ? new https.Agent({ proxyEnv: process.env, ca: certificates() })
      : new http.Agent({ proxyEnv: process.env }),
  }
  const target = new URL(url)
  target.username = ''
  target.password = ''
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).get(target, options, resolve)
    request.on('timeout', () => request.destroy(new Error(`it does not answer within ${silenceMs / 1000} s`)))
    request.on('error', (error) => reject(signal.aborted ? signal.reason : unreachable(url, error.message)))
  })
}

const credentials = ({ username, password }: URL): string =>
  `${decodeURIComponent(username)}:${decodeURIComponent(password)}`

async function contentOf(response: http.IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > maxBytes)
        throw new StudioError('TooLarge', `The package index sends more than ${maxBytes} bytes.`)
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof StudioError) throw error
    throw new StudioError(
      'Io',
      `The download broke off: ${error instanceof Error ? error.message : String(error)}.`,
    )
  }
  return Buffer.concat(chunks)
}

const unreachable = (url: URL, reason: string): StudioError =>
  new StudioError('Io', `The package index ${shown(url)} cannot be used: ${reason}.`)

let trusted: string[] | null = null

/** Those of Node, of this system, and of the file that is named for pip or for all programs. */
function certificates(): string[] {
  if (trusted) return trusted
  const { PIP_CERT, REQUESTS_CA_BUNDLE, SSL_CERT_FILE } = process.env
  const named = PIP_CERT || REQUESTS_CA_BUNDLE || SSL_CERT_FILE
  const own = [
    () => getCACertificates('default'),
    () => getCACertificates('system'),
    () => (named ? [bundle(named)] : []),
  ]
  trusted = [...new Set([...rootCertificates, ...own.flatMap(orNone)])]
  return trusted
}

const bundle = (file: string): string => readRegularFileSync(file, MAX_CERTIFICATE_BYTES).toString('utf8')

/** A source of certificates that cannot be read must not keep the others from being used. */
function orNone(read: () => string[]): string[] {
  try {
    return read()
  } catch {
    return []
  }
}
