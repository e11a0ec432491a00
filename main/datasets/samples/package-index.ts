/** The index of Python packages that this person has configured, from which a wheel can be fetched without pip. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { readRegularFileSync } from '../../platform/regular-file.ts'
import { userEnvironment, type UserEnvironment } from '../../platform/user-folders.ts'

/** What a build found as the index of its pip (build/bundle.mjs), for machines where none is configured. */
declare const BUILT_IN_PACKAGE_INDEX: string | undefined

const MAX_CONFIGURATION_BYTES = 1024 * 1024

/** The address of the index, or null where none is known. It may contain a name and a password. */
export function packageIndex(user = userEnvironment()): URL | null {
  const named = [user.env.DLRM_STUDIO_PACKAGE_INDEX, user.env.PIP_INDEX_URL, configuredIndex(user)]
  const builtIn = typeof BUILT_IN_PACKAGE_INDEX === 'string' ? BUILT_IN_PACKAGE_INDEX : undefined
  for (const address of [...named, builtIn]) {
    const url = address ? URL.parse(address) : null
    if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url
  }
  return null
}

/** pip reads all of these files; the last one that names an index counts. */
function configuredIndex(user: UserEnvironment): string | undefined {
  return configurationFiles(user)
    .map((file) => indexIn(textOf(file)))
    .findLast((found) => found !== undefined)
}

function configurationFiles({ env, platform, home }: UserEnvironment): string[] {
  const own = env.PIP_CONFIG_FILE ? [env.PIP_CONFIG_FILE] : []
  if (platform === 'win32') {
    const programData = env.ProgramData || 'C:\\ProgramData'
    const roaming = env.APPDATA || join(homedir(), 'AppData', 'Roaming')
    return [
      join(programData, 'pip', 'pip.ini'),
      join(home, 'pip', 'pip.ini'),
      join(roaming, 'pip', 'pip.ini'),
      ...own,
    ]
  }
  const settings = env.XDG_CONFIG_HOME || join(home, '.config')
  return [
    '/etc/xdg/pip/pip.conf',
    '/etc/pip.conf',
    join(home, '.pip', 'pip.conf'),
    ...(platform === 'darwin' ? [join(home, 'Library', 'Application Support', 'pip', 'pip.conf')] : []),
    join(settings, 'pip', 'pip.conf'),
    ...own,
  ]
}

function textOf(file: string): string {
  try {
    return readRegularFileSync(file, MAX_CONFIGURATION_BYTES).toString('utf8')
  } catch {
    return '' // there is none, or pip could not read it either
  }
}

/** The index-url of the sections for all commands or for downloads. */
function indexIn(text: string): string | undefined {
  let section = ''
  let found: string | undefined
  for (const line of text.split(/\r?\n/)) {
    section = /^\s*\[([^\]]+)\]/.exec(line)?.[1]?.trim() ?? section
    const value = /^\s*index[-_]url\s*[=:]\s*(\S+)/.exec(line)?.[1]
    if (value !== undefined && (section === 'global' || section === 'download')) found = value
  }
  return found
}
