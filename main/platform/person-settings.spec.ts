import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { defaultPersonSettings } from '../contract/settings.ts'
import { changePersonSettings, personSettingsFile, readPersonSettings } from './person-settings.ts'

let folder: string
beforeEach(async () => {
  folder = join(await temporaryFolder(), 'new')
  vi.stubEnv('DLRM_STUDIO_SETTINGS', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
})

const store = async (text: string) => {
  await mkdir(folder, { recursive: true })
  await writeFile(personSettingsFile(), text)
}
const stored = async () => JSON.parse(await readFile(personSettingsFile(), 'utf8')) as unknown

it('has the defaults where nothing is stored, and stores only what differs from them', async () => {
  expect(readPersonSettings()).toEqual({ settings: defaultPersonSettings, problem: null })
  await changePersonSettings({ theme: 'dark', threads: 3 })
  await changePersonSettings({ theme: 'system' })
  expect(await stored()).toEqual({ threads: 3 })
  expect(readPersonSettings().settings).toEqual({ ...defaultPersonSettings, threads: 3 })
})

it('keeps settings that only a newer version knows', async () => {
  await store('{"laterSetting": {"a": 1}}')
  await changePersonSettings({ density: 'compact' })
  expect(await stored()).toEqual({ laterSetting: { a: 1 }, density: 'compact' })
})

it('uses the defaults where the file is damaged, says so, and keeps it when something is changed', async () => {
  await store('{"theme": "dark", ')
  const { settings, problem } = readPersonSettings()
  expect(settings).toEqual(defaultPersonSettings)
  expect(problem).toContain(`${personSettingsFile()} is not JSON.`)
  await changePersonSettings({ clock: '12h' })
  expect(readPersonSettings()).toEqual({
    settings: { ...defaultPersonSettings, clock: '12h' },
    problem: null,
  })
  expect(await readFile(join(folder, 'settings.damaged.json'), 'utf8')).toBe('{"theme": "dark", ')
  expect((await readdir(folder)).sort()).toEqual(['settings.damaged.json', 'settings.json'])
})

it('uses what is intact of a file with a wrong value', async () => {
  await store('{"theme": "dark", "threads": "many"}')
  const { settings, problem } = readPersonSettings()
  expect(settings).toEqual({ ...defaultPersonSettings, theme: 'dark' })
  expect(problem).toMatch(/threads/)
})
