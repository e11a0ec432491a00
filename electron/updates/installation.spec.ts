import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findInstallation, removeOldVersions, updatedExecutable, type Installation } from './installation.ts'

let folder: string
let entry: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'installation-'))
  entry = join(folder, 'app')
  program(entry, '1.0.0')
})
afterEach(() => rmSync(folder, { recursive: true }))

function program(at: string, version: string): void {
  mkdirSync(at, { recursive: true })
  writeFileSync(join(at, 'studio'), `#!/bin/sh\necho ${version}\n`)
  chmodSync(join(at, 'studio'), 0o755)
}

/** A package as it is downloaded: one folder in a compressed archive. */
function packaged(version: string): string {
  program(join(folder, `studio-${version}`), version)
  const file = join(folder, `studio-${version}.tar.gz`)
  execFileSync('tar', ['-czf', file, '-C', folder, `studio-${version}`])
  return file
}

function installed(env: Record<string, string> = {}, executable = join(entry, 'studio')): Installation {
  const found = findInstallation({ platform: 'linux', executable, env })
  if (typeof found === 'string') throw new Error(found)
  return found
}

const started = (path: string) => execFileSync(path, { encoding: 'utf8' }).trim()

describe('an app in a folder', () => {
  it('has the old version until the new one counts, and then the new one beside it', async () => {
    const installation = installed()
    await installation.prepare(packaged('1.1.0'), '1.1.0')
    expect(updatedExecutable(entry, 'studio')).toBeNull()
    expect(started(installation.commit())).toBe('1.1.0')
    expect(started(updatedExecutable(entry, 'studio')!)).toBe('1.1.0')
    expect(started(join(entry, 'studio'))).toBe('1.0.0')
  })

  it('is updated again from the version that an update has installed, and keeps the first one and the last one', async () => {
    for (const version of ['1.1.0', '1.10.0']) {
      const installation = installed({}, updatedExecutable(entry, 'studio') ?? join(entry, 'studio'))
      await installation.prepare(packaged(version), version)
      installation.commit()
    }
    await removeOldVersions(updatedExecutable(entry, 'studio')!)
    expect(readdirSync(join(entry, 'versions')).sort()).toEqual(['1.10.0', 'current.json'])
  })

  it('stays as it is if the package is truncated or lacks the program, and leaves nothing behind', async () => {
    const whole = packaged('1.1.0')
    const broken = join(folder, 'broken.tar.gz')
    writeFileSync(broken, readFileSync(whole).subarray(0, 60))
    rmSync(join(folder, 'studio-1.1.0', 'studio'))
    execFileSync('tar', ['-czf', whole, '-C', folder, 'studio-1.1.0'])
    for (const file of [broken, whole]) {
      await expect(installed().prepare(file, '1.1.0')).rejects.toMatchObject({ data: { code: 'Io' } })
      expect(readdirSync(join(entry, 'versions'))).toEqual([])
    }
  })

  it('starts if the version that counts is gone or damaged', () => {
    mkdirSync(join(entry, 'versions'))
    for (const content of ['{', '{"version":"../../evil"}', '{"version":"9.9.9"}']) {
      writeFileSync(join(entry, 'versions', 'current.json'), content)
      expect(updatedExecutable(entry, 'studio')).toBeNull()
    }
  })
})

describe('an AppImage', () => {
  it('is the old file until the new one replaces it', async () => {
    const file = join(folder, 'Studio.AppImage')
    writeFileSync(file, 'old')
    writeFileSync(join(folder, 'new'), 'new')
    const installation = installed({ APPIMAGE: file })
    await installation.prepare(join(folder, 'new'), '1.1.0')
    expect(readFileSync(file, 'utf8')).toBe('old')
    expect(installation.commit()).toBe(file)
    expect(readFileSync(file, 'utf8')).toBe('new')
  })
})

it('a package of the system, or a folder that cannot be written, is not updated by the app', () => {
  const at = (executable: string) => findInstallation({ platform: 'linux', executable, env: {} })
  expect(at('/opt/dlrm-studio/studio')).toContain('package of the system')
  expect(at('/no-such-folder/studio')).toContain('cannot be written')
})
