import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { findElectron } from '../../build/setup/electron.mjs'

/**
 * Starts the app once more with links or files, as a desktop does, and resolves with the exit code when that start has
 * handed them to the window that shows this workspace.
 */
export async function openFromOutside(workspace: string, ...args: string[]): Promise<unknown> {
  const electron = findElectron()
  if (!electron) throw new Error('There is no Electron runtime: `npm run test:e2e` fetches it.')
  const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const started = spawn(electron.executable, [...electron.args, '--disable-gpu', ...switches, ...args], {
    env: { ...process.env, DLRM_STUDIO_WORKSPACE: workspace },
    stdio: 'ignore',
  })
  const [code] = (await once(started, 'exit')) as [number | null]
  return code
}
