import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { ReportSection } from '../../contract/problem-report.ts'
import { printableLines } from '../../contract/printable.ts'
import { userEnvironment } from '../user-folders.ts'

const MAX_BYTES = 64 * 1024
const MAX_LINES = 300
/** The files in a window's folder of logs. */
const logs = { 'shell.log': 'Log of the window', 'engine.log': 'Log of the engine' }

/** The last lines of a window's logs. */
export function logSections(folder: string): ReportSection[] {
  return Object.entries(logs).map(([name, title]) => ({ title, text: lastLines(join(folder, name)) }))
}

/** Where the window of a workspace keeps its logs, or null if it has none. The default workspace has them elsewhere. */
export function windowLogs(workspace: string): string | null {
  const candidates = [join(workspace, '.window', 'logs'), join(electronData(), 'DLRM Studio', 'logs')]
  return candidates.find((folder) => existsSync(folder)) ?? null
}

/** Electron's folder for the data of apps. */
function electronData({ env, platform, home } = userEnvironment()): string {
  if (platform === 'win32') return env.APPDATA || join(home, 'AppData', 'Roaming')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support')
  return env.XDG_CONFIG_HOME || join(home, '.config')
}

function lastLines(path: string): string {
  try {
    const file = openSync(path, 'r')
    try {
      const { size } = fstatSync(file)
      const buffer = Buffer.alloc(Math.min(size, MAX_BYTES))
      const read = readSync(file, buffer, 0, buffer.length, Math.max(0, size - buffer.length))
      const lines = printableLines(buffer.toString('utf8', 0, read))
        .trim()
        .split('\n')
      return lines.slice(-MAX_LINES).join('\n') || 'empty'
    } finally {
      closeSync(file)
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'cannot be read'
  }
}
