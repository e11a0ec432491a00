import { spawn } from 'node:child_process'

/** Arguments and variables of this process that one for another workspace must not have. */
const OWN_SWITCHES = /^--(workspace|inspect|inspect-brk|remote-debugging-(port|pipe)|user-data-dir)(=|$)/
const OWN_VARIABLES = ['DLRM_STUDIO_WORKSPACE', 'DLRM_STUDIO_AWAIT_PLAYWRIGHT']

/**
 * The arguments with which the program opens a workspace in a window of its own. Of the arguments of this process it keeps
 * the switches; files and links that this process was started with are not opened again. `appPath` is the folder of the app
 * where the program is Electron itself.
 */
export function windowArguments(
  argv: readonly string[],
  workspace: string,
  appPath: string | null,
): string[] {
  const switches = argv
    .slice(1)
    .filter((argument) => argument.startsWith('--') && !OWN_SWITCHES.test(argument))
  return [...(appPath === null ? [] : [appPath]), ...switches, `--workspace=${workspace}`]
}

/**
 * Starts the program once more. If the workspace has a window already, that process brings it to the front and ends. The
 * new process goes on when this one has ended.
 */
export function openInOwnWindow(workspace: string, appPath: string | null): Promise<void> {
  // The program of an AppImage or of a portable package for Windows is unpacked only while its first process runs.
  const { APPIMAGE, PORTABLE_EXECUTABLE_FILE } = process.env
  const program = APPIMAGE ?? PORTABLE_EXECUTABLE_FILE ?? process.execPath
  const env = { ...process.env }
  for (const name of OWN_VARIABLES) delete env[name]
  return new Promise((resolve, reject) => {
    const child = spawn(program, windowArguments(process.argv, workspace, appPath), {
      detached: true,
      stdio: 'ignore',
      env,
    })
    child.once('error', reject)
    child.once('spawn', () => {
      child.unref()
      resolve()
    })
  })
}
