import { randomBytes } from 'node:crypto'
import { isAbsolute } from 'node:path'
import { StudioError } from '../../main/contract/errors.ts'
import {
  writePurpose,
  type ChosenFile,
  type FilePurpose,
  type GrantedFile,
} from '../../main/contract/file-handles.ts'
import { resolvedPath } from '../../main/platform/resolved-path.ts'

const MINUTE_MS = 60_000
/** A person may leave an import open over a working day. */
const READING_MS = 10 * 60 * MINUTE_MS
/** Between a dialog for saving and the request, only a drawing has to be created. */
const WRITING_MS = 10 * MINUTE_MS
/** Nobody chooses more files. The oldest grants are forgotten first. */
const MAX_GRANTS = 20_000

interface Grant {
  /** With the symbolic links resolved that lead there when it is chosen. */
  path: string
  purpose: FilePurpose
  /** On the clock of the constructor. */
  until: number
}

/** The files that people chose for the page in this window, by unguessable handles. */
export class FileGrants {
  readonly #now: () => number
  readonly #grants = new Map<string, Grant>()

  /** `now` returns milliseconds of a clock that nobody can set. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Only for what a person chose. Throws InvalidArgument if the path is not absolute. */
  grant(path: string, purpose: FilePurpose): ChosenFile {
    if (!isAbsolute(path))
      throw new StudioError('InvalidArgument', 'This file is not on this machine’s disk: save it first.')
    const handle = `file-${randomBytes(32).toString('base64url')}`
    const [oldest] = this.#grants.keys()
    if (this.#grants.size >= MAX_GRANTS && oldest !== undefined) this.#grants.delete(oldest)
    this.#grants.set(handle, {
      path: resolvedPath(path),
      purpose,
      until: this.#now() + (writes(purpose) ? WRITING_MS : READING_MS),
    })
    return { handle, path }
  }

  /** The files of the handles in a request's body. Handles for writing are used up. */
  redeem(body: unknown): GrantedFile[] {
    const found = new Map<string, GrantedFile>()
    if (this.#grants.size === 0) return []
    for (const text of textsIn(body)) {
      const grant = this.#grants.get(text)
      if (!grant) continue
      const { path, purpose, until } = grant
      const expired = until <= this.#now()
      if (expired || writes(purpose)) this.#grants.delete(text)
      if (!expired) found.set(text, { handle: text, purpose, path })
    }
    return [...found.values()]
  }

  /** A new page has no handles of the old one. */
  forget(): void {
    this.#grants.clear()
  }
}

const writes = (purpose: FilePurpose): boolean => writePurpose.safeParse(purpose).success

/** Every text of a message that is not larger than a request may be. */
function* textsIn(message: unknown): Iterable<string> {
  const seen = new Set<object>()
  const stack: unknown[] = [message]
  while (stack.length > 0) {
    const value = stack.pop()
    if (typeof value === 'string') yield value
    else if (typeof value === 'object' && value !== null && !seen.has(value) && !ArrayBuffer.isView(value)) {
      seen.add(value)
      for (const child of Object.values(value)) stack.push(child)
    }
  }
}
