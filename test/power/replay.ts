/** How a folder may look after the power failed at some call of a recording. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Call } from './recording.ts'

/** What a disk writes as a whole. */
const SECTOR = 512

interface File {
  /** What is certainly on the disk. */
  content: Buffer
  /** What was written since the last sync. */
  pending: Extract<Call, { kind: 'write' | 'truncate' }>[]
}

/** A change of names, and the folder or file whose sync makes it last. */
interface NameChange {
  call: Extract<Call, { kind: 'create' | 'rename' | 'link' | 'remove' | 'makeFolder' }>
  isDurable: boolean
}

/** Folders and files as they are before the recording begins: name → inode, and each file's content. */
export interface Before {
  root: string
  inodes: Map<string, string>
  contents: Map<string, Buffer>
}

export function stateOf(root: string): Before {
  const inodes = new Map<string, string>([[root, inodeOf(root)]])
  const contents = new Map<string, Buffer>()
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    inodes.set(path, inodeOf(path))
    if (entry.isFile()) contents.set(inodeOf(path), readFileSync(path))
  }
  return { root, inodes, contents }
}

const inodeOf = (path: string): string => String(statSync(path, { bigint: true }).ino)

/**
 * Writes to `out` what may be left of the folder if the power fails after the first `count` calls. What was synced is there. Of
 * what was written to a file since its last sync, each sector is there or not; of later changes of names, the first ones are
 * there, in their order, as a journal keeps them, at least up to the last that was synced (by a sync of its folder, or for a
 * new file, of the file). `random` decides, from 0 to 1.
 */
export function afterPowerLoss(
  { root, inodes, contents }: Before,
  calls: readonly Call[],
  count: number,
  random: () => number,
  out: string,
): void {
  const files = new Map<string, File>(
    [...contents].map(([inode, content]) => [inode, { content, pending: [] }]),
  )
  /** The names as the program sees them. */
  const names = new Map(inodes)
  const changes: NameChange[] = []
  const pathOf = (inode: string): string | undefined => [...names].find(([, each]) => each === inode)?.[0]
  for (const call of distinct(calls.slice(0, count))) {
    if (call.kind === 'write' || call.kind === 'truncate') fileOf(files, call.inode).pending.push(call)
    else if (call.kind === 'sync') {
      const file = files.get(call.inode)
      if (file) {
        for (const each of file.pending) apply(file, each)
        file.pending = []
      }
      const folder = pathOf(call.inode)
      for (const change of changes) {
        const { call: made } = change
        const isOfFile = made.kind === 'create' && made.inode === call.inode
        const target = made.kind === 'rename' || made.kind === 'link' ? made.to : made.path
        change.isDurable ||= isOfFile || dirname(target) === folder
      }
    } else {
      if (call.kind === 'create') fileOf(files, call.inode)
      changes.push({ call, isDurable: false })
      rename(names, call)
    }
  }
  const certain = changes.findLastIndex(({ isDurable }) => isDurable) + 1
  const kept = certain + Math.floor(random() * (changes.length - certain + 1))
  const left = new Map(inodes)
  for (const { call } of changes.slice(0, kept)) rename(left, call)
  for (const [, file] of files) {
    for (const call of file.pending) {
      if (call.kind === 'truncate') {
        if (random() < 0.5) apply(file, call)
      } else
        for (let at = 0; at < call.bytes.length;) {
          const length = Math.min(SECTOR - ((call.offset + at) % SECTOR), call.bytes.length - at)
          if (random() < 0.5)
            apply(file, { ...call, offset: call.offset + at, bytes: call.bytes.subarray(at, at + length) })
          at += length
        }
    }
  }
  for (const [path, inode] of [...left].toSorted(([a], [b]) => a.localeCompare(b))) {
    const target = join(out, relative(root, path))
    const file = files.get(inode)
    if (file) {
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, file.content)
    } else mkdirSync(target, { recursive: true })
  }
}

/** A file system gives the inode of a removed file to a new one, which must not be taken for the same. */
function* distinct(calls: readonly Call[]): Generator<Call> {
  const current = new Map<string, string>()
  let made = 0
  for (const call of calls) {
    if (!('inode' in call)) yield call
    else {
      if (call.kind === 'create' || call.kind === 'makeFolder')
        current.set(call.inode, `${call.inode} ${++made}`)
      yield { ...call, inode: current.get(call.inode) ?? call.inode }
    }
  }
}

function fileOf(files: Map<string, File>, inode: string): File {
  let file = files.get(inode)
  if (!file) {
    file = { content: Buffer.alloc(0), pending: [] }
    files.set(inode, file)
  }
  return file
}

function apply(file: File, call: Extract<Call, { kind: 'write' | 'truncate' }>): void {
  const { content } = file
  if (call.kind === 'truncate') {
    file.content =
      call.length <= content.length ? content.subarray(0, call.length) : grown(content, call.length)
    return
  }
  const end = call.offset + call.bytes.length
  // Never in place, because other replays have the same content.
  file.content = grown(content, Math.max(end, content.length))
  call.bytes.copy(file.content, call.offset)
}

function grown(content: Buffer, length: number): Buffer {
  const larger = Buffer.alloc(length)
  content.copy(larger)
  return larger
}

/** Changes names, of folders with everything in them. */
function rename(names: Map<string, string>, call: NameChange['call']): void {
  switch (call.kind) {
    case 'create':
    case 'makeFolder':
      names.set(call.path, call.inode)
      return
    case 'link': {
      const inode = names.get(call.path)
      if (inode !== undefined) names.set(call.to, inode)
      return
    }
    case 'remove':
      names.delete(call.path)
      return
    case 'rename': {
      for (const path of [...names.keys()])
        if (path === call.to || path.startsWith(`${call.to}/`)) names.delete(path)
      for (const [path, inode] of [...names]) {
        if (path !== call.path && !path.startsWith(`${call.path}/`)) continue
        names.delete(path)
        names.set(call.to + path.slice(call.path.length), inode)
      }
    }
  }
}
