/**
 * Sends messages to the shell that its page never sends. Runs in the page: a test bundles it, so that values which JSON
 * does not have reach the bridge.
 */
import type { StudioBridge } from '../../main/contract/channel.ts'
import { shellMessage } from '../../electron/bridge/shell-message.ts'
import { errorCode } from '../../main/contract/errors.ts'
import { requests, type RequestName } from '../../main/contract/requests.ts'
import { examplesOf, withValueAt } from '../helpers/schema-bodies.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { hostileValue, type Pick } from './hostile-values.ts'

declare const studio: StudioBridge
/** Only in a window that a test gives everything that a page's process has. */
declare const invokeRaw: (message: unknown) => Promise<{ ok: boolean; error?: unknown }>

/** What exists in the workspace, by the noun of the requests about it. */
export type KnownIds = Record<string, readonly string[]>

export interface Series {
  seed: number
  count: number
  known: KnownIds
  /** A text that no answer may have. */
  secret: string
}

export interface Outcome {
  sent: number
  /** How often each code was answered. `bridge` stands for values that cannot leave the page. */
  answers: Record<string, number>
  /** What should not have happened, of which the first few are described. */
  wrong: string[]
}

/** Requests that change nothing, whose valid messages are therefore sent as well. */
const reading = new Set(
  `activity unfinished problems list show users get versions version edits undoState measured ids live byId find follow
  metrics log profile ranks compare preview readHosts readPlan plan rehearse rehearsalOptions options memory current health
  info overview read`.split(/\s+/),
)
/** Requests that look at processes or the network each time. One valid message is like another. */
const slow = new Set(['cluster.mpi', 'backends.status', 'doctor.run'])
/** Requests about something that exists, by its id. With an id of something else they have nothing to change. */
const byId =
  /^(runs\.(pause|resume|stop|delete|edit|export|quantise)|models\.(edit|saveVersion|renameVersion|deleteVersion|restoreVersion|step|delete)|datasets\.delete|jobs\.cancel|benchmarks\.(cancel|delete|export))$/

const AT_ONCE = 48
const MAX_DESCRIBED = 10

export async function sendHostile(name: RequestName, series: Series): Promise<Outcome> {
  const pick = picks(series.seed)
  const outcome: Outcome = { sent: 0, answers: {}, wrong: [] }
  const examples = templatesOf(requests[name].request)
  const noun = name.split('.')[0] ?? ''
  // Of its own noun the request would find something, and rightly change it.
  const ids = Object.entries(series.known).flatMap(([kind, own]) => (kind === noun ? [] : own))
  for (let from = 0; from < series.count; from += AT_ONCE) {
    const bodies = Array.from({ length: Math.min(AT_ONCE, series.count - from) }, () =>
      withoutEffect(name, hostileBody(examples, pick, ids)),
    )
    await Promise.all(
      bodies.map((body) => send(() => studio.request(name, body as never), { name, body }, outcome)),
    )
    if (!reading.has(verbOf(name)) && !byId.test(name) && outcome.answers.ok)
      outcome.wrong.push(`${name} took ${outcome.answers.ok} of these messages.`)
  }
  if (JSON.stringify(outcome).includes(series.secret)) outcome.wrong.push(`${name} answered with the secret.`)
  return outcome
}

/** The functions of the bridge besides `request` and `subscribe`, with options and arguments that they never get. */
export async function callHostile({ seed, count, known }: Series): Promise<Outcome> {
  const pick = picks(seed)
  const outcome: Outcome = { sent: 0, answers: {}, wrong: [] }
  const ids = Object.values(known).flat()
  const value = () => hostileValue(pick, ids)
  const bridge = studio as unknown as Record<string, (...given: unknown[]) => unknown>
  const names = Object.keys(studio).filter((name) => name !== 'request' && name !== 'subscribe')
  const options = () => ({
    purpose: pick(2) ? 'importData' : value(),
    title: pick(2) ? 'A title' : value(),
    many: pick(2) ? true : value(),
    extensions: pick(2) ? ['csv'] : value(),
    suggestedName: pick(2) ? 'a.csv' : value(),
    [String(['kind', 'name', 'paths', '__proto__', 'url'][pick(5)])]: value(),
  })
  for (let index = 0; index < count; index++) {
    const name = names[index % names.length] ?? ''
    const given = pick(2) ? [options()] : [value(), value()]
    await send(() => bridge[name]!(...given), { name, body: given }, outcome)
  }
  return outcome
}

/**
 * Messages of a page whose process was taken over, which sends what it likes without the preload script. Paths of
 * dropped files are left out: the shell has to believe them.
 */
export async function sendRaw({ seed, count, known, secret }: Series): Promise<Outcome> {
  const pick = picks(seed)
  const outcome: Outcome = { sent: 0, answers: {}, wrong: [] }
  const templates = templatesOf(shellMessage)
  const ids = Object.values(known).flat()
  for (let from = 0; from < count; from += AT_ONCE) {
    const messages = Array.from({ length: Math.min(AT_ONCE, count - from) }, () =>
      hostileBody(templates, pick, ids),
    )
    const asked = messages.map((body) =>
      send(
        async () => {
          const { ok, error } = await invokeRaw(body)
          if (!ok) throw error
        },
        { name: 'the channel', body },
        outcome,
      ),
    )
    await Promise.all(asked)
  }
  if (JSON.stringify(outcome).includes(secret)) outcome.wrong.push('The channel answered with the secret.')
  return outcome
}

async function send(
  ask: () => unknown,
  { name, body }: { name: string; body: unknown },
  outcome: Outcome,
): Promise<void> {
  outcome.sent++
  let code = 'ok'
  let said = ''
  try {
    await ask()
  } catch (error) {
    code = codeOf(error)
    said = String((error as { message?: unknown }).message).slice(0, 300)
  }
  outcome.answers[code] = (outcome.answers[code] ?? 0) + 1
  const isTyped = code === 'ok' || code === 'bridge' || errorCode.safeParse(code).success
  if ((isTyped && code !== 'Internal' && code !== 'EngineGone') || outcome.wrong.length >= MAX_DESCRIBED)
    return
  outcome.wrong.push(`${name} was answered with ${code} (${said}) to ${described(body)}`)
}

/** The code of an error of ours; `bridge` for one of Electron's bridge, which clones what it passes. */
function codeOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (typeof message !== 'string' || message.length > 5000 || /\n\s+at /.test(message))
    return 'an error without a plain message'
  if (typeof code === 'string') return code
  return error instanceof Error && /cloned|recursion depth|convert|proxy/i.test(message)
    ? 'bridge'
    : 'an error without a code'
}

function described(body: unknown): string {
  try {
    return JSON.stringify(body, (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}n` : typeof value === 'string' ? value.slice(0, 200) : value,
    ).slice(0, 2000)
  } catch (error) {
    return `something that JSON does not have (${String(error)})`
  }
}

function picks(seed: number): Pick {
  const random = seededRandom(seed)
  return (below) => Math.floor(random() * below)
}

const verbOf = (name: string): string => name.split('.')[1] ?? ''

type Path = (string | number)[]

interface Template {
  body: unknown
  paths: Path[]
}

const templatesOf = (schema: unknown): Template[] =>
  examplesOf(schema).map(({ body }) => ({ body, paths: [...pathsIn(body)] }))

/** One to three hostile changes of a body that would be valid, or now and then something altogether different. */
function hostileBody(examples: readonly Template[], pick: Pick, ids: readonly string[]): unknown {
  const { body, paths } = examples[pick(examples.length)] ?? { body: {}, paths: [] }
  if (pick(25) === 0) return hostileValue(pick, ids)
  let changed = body
  for (let changes = pick(3); changes >= 0; changes--) {
    const path = paths[pick(paths.length)] ?? []
    const value = hostileValue(pick, ids)
    if (pick(4) === 0) changed = withExtraKey(changed, pick, value)
    else if (hasPath(changed, path)) changed = withValueAt(changed, path, value)
  }
  return changed
}

const extraKeys = [
  '__proto__',
  'constructor',
  'files',
  'hosts',
  'path',
  'out',
  'workspace',
  'then',
  '',
  'x'.repeat(300),
]

function withExtraKey(body: unknown, pick: Pick, value: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body
  const copy = { ...body }
  Object.defineProperty(copy, extraKeys[pick(extraKeys.length)] ?? 'extra', {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
  return copy
}

function hasPath(body: unknown, path: Path): boolean {
  return path.length === 0
    ? true
    : typeof body === 'object' &&
        body !== null &&
        hasPath((body as Record<string, unknown>)[path[0] ?? ''], path.slice(1))
}

function* pathsIn(value: unknown, at: Path = []): Iterable<Path> {
  yield at
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value))
    yield* pathsIn(child, [...at, Array.isArray(value) ? Number(key) : key])
}

/**
 * A message that the request rightly takes would have its effect, so a field is added to it that no request has. What
 * only reads, or has no id of anything that it could change, is left as it is.
 */
function withoutEffect(name: RequestName, body: unknown): unknown {
  if (!slow.has(name) && (reading.has(verbOf(name)) || byId.test(name))) return body
  const valid = isValid(name, body)
  return valid ? { ...(body as object), unknownField: 1 } : body
}

function isValid(name: RequestName, body: unknown): boolean {
  try {
    return requests[name].request.safeParse(arriving(body)).success
  } catch {
    return false
  }
}

/** The bridge copies what objects have of their own into plain ones, and there `__proto__` is no key. */
function arriving(value: unknown, depth = 0): unknown {
  if (depth > 500) throw new Error('This is too deep for the bridge.')
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (Array.isArray(value)) return Array.from(value, (item) => arriving(item, depth + 1))
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__')
  return Object.fromEntries(entries.map(([key, item]) => [key, arriving(item, depth + 1)]))
}
