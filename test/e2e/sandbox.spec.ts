import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { findElectron } from '../../build/setup/electron.mjs'

/** Chromium has no sandbox for root, so root looks on as nobody runs the app. */
const asNobody =
  process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []

/** The program and its arguments as the unprivileged user runs them. */
function unprivileged(program: string, args: string[]): [string, string[]] {
  const [first = program, ...rest] = [...asNobody, program, ...args]
  return [first, rest]
}

/** A checkout in root's own home is closed to nobody; user namespaces may be switched off. */
function canRun(executable: string | undefined): boolean {
  if (process.platform !== 'linux' || !executable) return false
  const reachable = spawnSync(...unprivileged('test', ['-x', executable])).status === 0
  return reachable && spawnSync(...unprivileged('unshare', ['--user', 'true'])).status === 0
}

const electron = findElectron()
let folder: string
let launched: ChildProcess | undefined

afterEach(async () => {
  // The whole group: xvfb-run, its screen, the shell and the engine.
  if (launched?.pid) {
    process.kill(-launched.pid, 'SIGKILL')
    await wait(500)
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
})

it.runIf(canRun(electron?.executable))('confines the page’s process by Chromium’s sandbox', async () => {
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
  const renderer = await rendererOf(launched.pid!)
  const status = () => readFileSync(`/proc/${renderer}/status`, 'utf8')
  // It confines itself a moment after it began.
  await expect.poll(status, { timeout: 10_000 }).toMatch(/^Seccomp:\s+2$/m)
  expect(status()).toMatch(/^NoNewPrivs:\s+1$/m)
})

/** The renderer process among those of the process group. */
async function rendererOf(group: number): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const found = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && isRenderer(pid, group))
    if (found) return found
    await wait(200)
  }
  throw new Error('No page was opened.')
}

function isRenderer(pid: string, group: number): boolean {
  try {
    const renders = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')
    return renders && Number(execFileSync('ps', ['-o', 'pgid=', '-p', pid], { encoding: 'utf8' })) === group
  } catch {
    return false
  }
}
