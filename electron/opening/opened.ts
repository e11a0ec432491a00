/** What a person opens from outside of the window: links, and files by their paths. */
import { fileURLToPath } from 'node:url'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { ShellEvent } from '../../main/contract/events.ts'
import { opensAsModel, type ChosenFile, type ReadPurpose } from '../../main/contract/file-handles.ts'
import { isOwnLink, parseLink } from '../../main/contract/links.ts'

/** Nobody opens more at once, and a drop on the window takes no more either. */
const MAX_FILES = 1000
const MAX_TEXT_LENGTH = 4096

/**
 * Also the data that a second start hands to the window that is open already. Any program of the same user could send
 * such data, so it is checked.
 */
export const opened = z.strictObject({
  links: z.array(z.string().max(MAX_TEXT_LENGTH)).max(MAX_FILES),
  /** Absolute paths. */
  files: z
    .array(
      z
        .string()
        .max(MAX_TEXT_LENGTH)
        .regex(/^[^\0]+$/),
    )
    .max(MAX_FILES),
})
export type Opened = z.infer<typeof opened>

const NOTHING: Opened = { links: [], files: [] }

/**
 * Chromium passes a second start's command line and data to the window in one message of at most 32 KiB. If that is
 * longer, the window does not answer, and Chromium takes it for hung and kills it. Text may need two bytes a character
 * in the data.
 */
const MAX_MESSAGE_BYTES = 24 * 1024

/** Whether a start with this command line and data can hand over to a window that is open already. */
export const canBePassedOn = (argv: readonly string[], folder: string, data: Opened): boolean =>
  Buffer.byteLength([folder, ...argv].join('\0')) + 2 * JSON.stringify(data).length <= MAX_MESSAGE_BYTES

/**
 * The links and files among the arguments of the app, which are relative to `folder`. Options begin with a dash, and
 * `--workspace` takes the argument behind it.
 */
export function openedArguments(args: readonly string[], folder: string): Opened {
  const found: Opened = { links: [], files: [] }
  for (const [position, argument] of args.entries()) {
    if (argument === '' || argument.startsWith('-') || args[position - 1] === '--workspace') continue
    addTo(found, argument, folder)
  }
  return found
}

function addTo({ links, files }: Opened, argument: string, folder: string): void {
  // Desktops pass files as addresses to programs that also open links.
  const path = /^file:/i.test(argument) ? localPath(argument) : argument
  if (path === null || isOwnLink(path) || /^[a-z][a-z\d+.-]+:\/\//i.test(path)) links.push(argument)
  else files.push(resolve(folder, path))
}

/** null for an address of another machine or a malformed one. */
function localPath(url: string): string | null {
  try {
    return fileURLToPath(url)
  } catch {
    return null
  }
}

/** Several things that were opened at the same moment, as one. */
export const together = (parts: readonly Opened[]): Opened => ({
  links: parts.flatMap(({ links }) => links),
  files: parts.flatMap(({ files }) => files),
})

/** What a second start has sent, or nothing if that cannot be what this app sends. */
export function receivedFrom(data: unknown): Opened {
  const parsed = opened.safeParse(data)
  return parsed.success ? parsed.data : NOTHING
}

/** What the page is told, which does the rest. `grant` gives it a handle for a file. */
export function openedEvents(
  { links, files }: Opened,
  grant: (path: string, purpose: ReadPurpose) => ChosenFile,
): ShellEvent[] {
  const [link] = links
  if (links.length > 1 || files.length > MAX_FILES) return [refused(TOO_MANY)]
  return [
    ...(link === undefined ? [] : [linkEvent(link)]),
    ...(files.length > 0 ? [filesEvent(files, grant)] : []),
  ]
}

const TOO_MANY = `Only one link, and at most ${MAX_FILES.toLocaleString('en')} files, can be opened at once.`

const refused = (message: string): ShellEvent => ({ kind: 'opened', what: 'refused', message })

function linkEvent(link: string): ShellEvent {
  const target = parseLink(link)
  return 'refused' in target ? refused(target.refused) : { kind: 'opened', what: 'link', target }
}

const filesEvent = (
  files: readonly string[],
  grant: (path: string, purpose: ReadPurpose) => ChosenFile,
): ShellEvent => ({
  kind: 'opened',
  what: 'files',
  files: files.map((path) => grant(path, opensAsModel(path) ? 'openModel' : 'importData')),
})
