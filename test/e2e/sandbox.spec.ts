import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { findElectron } from '../../build/setup/electron.mjs'
import { until } from '../helpers/until.ts'

/** Chromium has no sandbox for root, so root starts the app as an unprivileged user and observes it. */
const asNobody =
  process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []

/** The program and its arguments, run by the unprivileged user. */
function unprivileged(program: string, args: string[]): [string, string[]] {
  const [first = program, ...rest] = [...asNobody, program, ...args]
  return [first, rest]
}

/** Other users cannot read a checkout in root's home, and user namespaces may be switched off. */
function canRun(executable: string | undefined): boolean {
  if (process.platform !== 'linux' || !executable) return false
  const reachable = spawnSync(...unprivileged('test', ['-x', executable])).status === 0
  return reachable && spawnSync(...unprivileged('unshare', ['--user', 'true'])).status === 0
}

const electron = findElectron()
const canSandbox = canRun(electron?.executable)
if (!canSandbox)
  console.warn(
    'NOT RUN: whether Chromium’s sandbox confines the page. It needs Linux with user namespaces and a checkout that ' +
      'other users can read.',
  )
let folder: string
let launched: ChildProcess | undefined

afterEach(async () => {
  // The whole group: xvfb-run, its screen, the shell and the engine.
  if (launched?.pid) {
    const group = launched.pid
    process.kill(-group, 'SIGKILL')
    await until('no process of the app is left', () => processesOf(group).length === 0)
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
})

it.runIf(canSandbox)('confines the page’s process by Chromium’s sandbox', async () => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  chmodSync(folder, 0o777)
  const app = [electron!.executable, ...electron!.args, '--disable-gpu']
  launched = spawn(...unprivileged('xvfb-run', ['-a', ...app]), {
    detached: true,
    stdio: 'ignore',
    env: {
      ...process.env,
      HOME: folder,
      XDG_CONFIG_HOME: folder,
      XDG_RUNTIME_DIR: folder,
      DLRM_STUDIO_WORKSPACE: join(folder, 'workspace'),
      DLRM_STUDIO_NODE: process.execPath,
    },
  })
  const group = launched.pid!
  // Chromium may start one process that another one replaces; each confines itself a moment after its start.
  await expect
    .poll(() => statusOfRenderer(group), { timeout: 30_000 })
    .toMatch(/^NoNewPrivs:\s+1\nSeccomp:\s+2$/m)
})

/** The system's status of the renderer process in the group, or '' if there is none at the moment. */
function statusOfRenderer(group: number): string {
  const pid = processesOf(group).find(isRenderer)
  try {
    return pid === undefined ? '' : readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return '' // The process has exited in the meantime.
  }
}

/** The processes of the group that have not ended. */
function processesOf(group: number): string[] {
  const listing = execFileSync('ps', ['-e', '-o', 'pid=,pgid=,stat='], { encoding: 'utf8' })
  return listing.split('\n').flatMap((line) => {
    const [pid = '', own, state = ''] = line.trim().split(/\s+/)
    return Number(own) === group && !state.startsWith('Z') ? [pid] : []
  })
}

function isRenderer(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')
  } catch {
    return false
  }
}
