import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DatasetService } from '../../main/datasets/dataset-service.ts'
import { writeClicks } from '../helpers/click-file.ts'
import { grantedFile } from '../helpers/granted-file.ts'
import { EngineClient } from './engine-client.ts'
import { Moments } from './moments.ts'
import { killNow, runCommand, startCommand } from './processes.ts'

const ROWS = 300_000

let workspace: string
let file: string
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'dlrm-studio-crash-'))
  file = join(workspace, 'clicks.csv')
  await writeClicks(file, ROWS)
})
afterAll(() => rm(workspace, { recursive: true, force: true }))

/** Starts the import in a process and kills it at the moment. */
async function importAndKill(name: string, moment: () => Promise<void>, inEngine: boolean): Promise<void> {
  if (inEngine) {
    const engine = await EngineClient.start(workspace)
    const grant = grantedFile(file, 'importData')
    await engine.request('datasets.import', { name, files: [grant.handle], format: 'auto' }, [grant])
    await moment()
    return engine.kill()
  }
  const { pid, ended } = startCommand(workspace, ['data', 'import', file, '--name', name])
  await moment()
  killNow(pid)
  await ended
}

const inFolder = (folder: string): Promise<string[]> => readdir(join(workspace, folder)).catch(() => [])

it(
  'leaves whole datasets or none when it is killed, and can be repeated',
  async () => {
    const began = performance.now()
    const words = ['data', 'import', file, '--name', 'whole']
    const { durationMs } = await runCommand<{ durationMs: number }>(workspace, words)
    /** A command takes some time to start, while an engine that serves takes none. */
    const longestMs = { engine: durationMs, command: performance.now() - began }
    const { hash } = await runCommand<{ hash: string }>(workspace, ['data', 'show', 'whole'])

    const moments = new Moments('import')
    const found: string[] = []
    while (found.length < moments.kills) {
      const name = `killed-${found.length}`
      const inEngine = moments.toss()
      const longest = inEngine ? longestMs.engine : longestMs.command
      await importAndKill(name, () => moments.wait(longest), inEngine)
      const left = await inFolder('importing')
      const finished = (await inFolder('datasets')).includes(name)
      found.push(
        `${finished ? 'finished' : left.length > 0 ? 'half done' : 'not begun'} in the ${inEngine ? 'engine' : 'command line'}`,
      )

      const service = new DatasetService({ workspace })
      expect((await service.list()).map(({ id, problem }) => ({ id, problem }))).toEqual(
        [...(finished ? [name] : []), 'whole'].map((id) => ({ id, problem: null })),
      )
      expect(await inFolder('importing')).toEqual([])
      if (!finished) {
        await service.waitForJob(await service.startImport({ name, files: [file], format: 'auto' }))
      }
      expect((await service.show(name)).hash).toBe(hash)
      await service.open(name).verify()
      await service.removeTrashed(await service.remove(name))
      await service.close()
      expect(await inFolder('importing')).toEqual([])
    }
    moments.summary(found)
  },
  20 * 60_000,
)
