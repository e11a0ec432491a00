/** What a problem report must not tell: who works on which machine, with which data. */
import { homedir, hostname, userInfo } from 'node:os'

export interface Identity {
  /** The user's home folder, and the folder of the workspace. */
  home: string
  workspace: string | null
  user: string
  host: string
  /** Names of datasets, columns, models and runs. */
  names: readonly string[]
}

export function currentIdentity(workspace: string | null, names: readonly string[]): Identity {
  return { home: homedir(), workspace, user: userName(), host: hostname(), names }
}

/** A system may not know the name of its user. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return process.env.USER ?? ''
  }
}

/** Shorter names are parts of ordinary words. */
const MIN_NAME_LENGTH = 3
/** Files of data are named after what is in them. */
const DATA_FILE =
  /(?:~|<workspace>|\/|\b[A-Za-z]:\\)[^\s:'"“”<>]*\.((?:csv|tsv|txt|parquet|arrow|feather|jsonl|ndjson|json|libsvm|libffm|libfm|inter|npz|gz|zst|bz2|xz|lzma|zip)\b)+/g
const OWN_FILE = /\/(?:node_modules|dist|native)\//
/** Messages quote names. */
const QUOTED = /“[^”\n]{0,4000}”|"[^"\n]{0,4000}"/g

/**
 * The text without the user's and the machine's name, with ~ for the home folder and <workspace> for the workspace's, and
 * without names of datasets, columns, models, runs and files of data: everything in quotes, and the known names.
 */
export function hideIdentity(text: string, { home, workspace, user, host, names }: Identity): string {
  let hidden = text.replace(QUOTED, (quoted) => (quoted.startsWith('“') ? '“…”' : '"…"'))
  if (workspace) hidden = replaceFolder(hidden, workspace, '<workspace>')
  hidden = replaceFolder(hidden, home, '~')
  hidden = hidden.replace(DATA_FILE, (path) =>
    OWN_FILE.test(path) ? path : `<file>${path.slice(path.lastIndexOf('.'))}`,
  )
  for (const [name, replacement] of [
    ...names.map((each) => [each, '<name>'] as const),
    ...([
      [host, '<host>'],
      [user, '<user>'],
    ] as const),
  ])
    hidden = replaceWord(hidden, name, replacement)
  return hidden
}

function replaceFolder(text: string, folder: string, replacement: string): string {
  if (folder.length < 2) return text
  return text.replaceAll(new RegExp(`${escaped(folder)}(?![\\w.-])`, 'g'), replacement)
}

function replaceWord(text: string, word: string, replacement: string): string {
  if (word.length < MIN_NAME_LENGTH || /^[\d.]+$/.test(word) || !text.includes(word)) return text
  // The app's own name stays, although a model may be called like a part of it.
  return text.replaceAll(
    new RegExp(`(?<![\\p{L}\\d_])(?!DLRM Studio)(?<!DLRM (?=Studio))${escaped(word)}(?![\\p{L}\\d_])`, 'gu'),
    replacement,
  )
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
