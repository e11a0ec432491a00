import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findElectron } from '../../build/setup/electron.mjs'
import { fromRoot } from '../../build/setup/paths.mjs'

export interface AppUnderTest {
  /** What is driven, for the report. */
  what: string
  packaged: boolean
  executable: string
  args: string[]
}

/**
 * The app that `npm run dist` has left unpacked in release/, or this checkout where there is none. SPECTRON_APP=checkout
 * or SPECTRON_APP=PROGRAM chooses another one.
 */
export function appUnderTest(chosen = process.env.SPECTRON_APP): AppUnderTest {
  if (chosen === undefined || chosen === '') {
    const executable = packagedProgram()
    return executable === null ? checkout() : packagedApp(executable)
  }
  return chosen === 'checkout' ? checkout() : packagedApp(resolve(chosen))
}

function packagedApp(executable: string): AppUnderTest {
  const made = statSync(executable).mtime.toLocaleString('en-GB')
  return { what: `the packaged app ${executable}, made ${made}`, packaged: true, executable, args: [] }
}

function checkout(): AppUnderTest {
  const electron = findElectron()
  if (!electron) throw new Error('There is no Electron runtime: `npm run test:spectron` fetches it.')
  const { executable, args, version } = electron
  return { what: `this checkout in Electron ${version}`, packaged: false, executable, args }
}

/** Of a release, and of a development build, by the names of build/package/identity.mjs. */
const PROGRAMS = ['dlrm-studio', 'dlrm-studio-dev', 'dlrm-studio.exe', 'dlrm-studio-dev.exe']

function packagedProgram(): string | null {
  const release = fromRoot('release')
  const folders = existsSync(release) ? readdirSync(release).filter((name) => name.endsWith('unpacked')) : []
  const programs = folders.flatMap((folder) => PROGRAMS.map((name) => join(release, folder, name)))
  return programs.find((program) => existsSync(program)) ?? null
}
