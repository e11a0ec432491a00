/** The installed app in its window, driven through Chromium's debugging port, because a package allows no inspector. */
import { readdirSync, readFileSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { StudioBridge } from '../../main/contract/channel.ts'
import { until } from '../helpers/until.ts'
import { HOME, PERSON, type DebianRoot } from './debian-root.ts'

/** Inside the page. */
declare const studio: StudioBridge

/** The tests have a network of their own, in which no other process listens. */
const PORT = 9333

export interface InstalledApp {
  page: Page
  /** From the start of the program to a page that is drawn and whose engine answers. */
  startMs: number
  /** Closes the window as a person would and resolves to the program's exit status. */
  quit(): Promise<number | null>
  /** Ends everything at once. */
  kill(): void
}

/** Starts a program of the root as an ordinary user on the screen, and resolves when its page can be used. */
export async function startInstalled(
  root: DebianRoot,
  { program, env = {}, display }: { program: string; env?: Record<string, string>; display: string },
): Promise<InstalledApp> {
  const began = performance.now()
  const child = root.start(PERSON, [program, `--remote-debugging-port=${PORT}`], {
    DISPLAY: display,
    ...env,
  })
  let words = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (words += text))
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const kill = (): void => void child.kill('SIGKILL')
  try {
    const browser = await until(`${program} has opened its window`, () => {
      if (child.exitCode !== null) throw new Error(`${program} has exited with ${child.exitCode}:\n${words}`)
      return attached()
    })
    const page = await until('the window shows its page', () => browser.contexts()[0]?.pages()[0])
    await page.getByTestId('nav-datasets').waitFor()
    await page.evaluate(() => studio.request('workspace.info', {}))
    const startMs = performance.now() - began
    const quit = async (): Promise<number | null> => {
      await page.evaluate(() => window.close())
      return ended
    }
    return { page, startMs, quit, kill }
  } catch (error) {
    kill()
    throw new Error(`${program} does not start:\n${words}`, { cause: error })
  }
}

async function attached(): Promise<Browser | undefined> {
  try {
    return await chromium.connectOverCDP(`http://127.0.0.1:${PORT}`)
  } catch {
    return undefined
  }
}

export interface RunningProcess {
  pid: number
  commandLine: string[]
  /** The system's status of it, as /proc has it. */
  status: string
}

/** The processes of the programs in a folder. Chromium joins the words of some of its command lines to one. */
export function processesIn(folder: string): RunningProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const commandLine = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0')
      if (!commandLine[0]?.startsWith(folder)) return []
      return [{ pid: Number(name), commandLine, status: readFileSync(`/proc/${name}/status`, 'utf8') }]
    } catch {
      return [] // It has ended in the meantime.
    }
  })
}

export const workspaceOf = (root: DebianRoot): string =>
  root.path(`${HOME}/.local/share/DLRM Studio/workspace`)
