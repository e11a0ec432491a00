/** Data that runs need, files that exist, a workspace that is gone: nothing is lost without a word. */
import { existsSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStudioDatabase } from '../../db/index.ts'
import { currentProcess } from '../../main/platform/process-identity.ts'
import { DatasetService } from '../../main/datasets/dataset-service.ts'
import { datasetHandlers } from '../../main/serving/dataset-handlers.ts'
import { ConfirmedHosts } from '../../main/serving/confirmed-hosts.ts'
import { GrantedFiles } from '../../main/serving/granted-files.ts'
import { modelHandlers } from '../../main/serving/model-handlers.ts'
import { runCommand, runForJson, type Failure } from '../helpers/command-line.ts'
import { sampleModel, sampleRun } from '../helpers/sample-run.ts'
import { storedWorkspace } from '../helpers/stored-workspace.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const NO_FILES = new GrantedFiles([])
const NO_HOSTS = new ConfirmedHosts([])

describe('deleting a dataset', () => {
  it('is refused while a run trains on it, on the command line and in the window, even with force', async () => {
    const workspace = await temporaryFolder()
    await storedWorkspace(workspace)
    const database = openStudioDatabase(join(workspace, 'studio.db'))
    const { id } = database.runs.create(sampleRun({ datasetId: 'clicks', owner: currentProcess() }))
    const { status, json } = await runForJson<Failure>(workspace, 'data', 'delete', 'clicks', '--force')
    expect([status, json.error.code]).toEqual([1, 'InvalidState'])
    expect(json.error.message).toContain(`run ${id} trains on it`)
    const datasets = new DatasetService({ workspace })
    const handlers = datasetHandlers({ database, datasets, emit: () => undefined })
    await expect(
      handlers['datasets.delete']({ id: 'clicks', force: true }, NO_FILES, NO_HOSTS),
    ).rejects.toThrow(`${id} trains on it`)
    expect((await datasets.verify('clicks')).name).toBe('clicks')
    await datasets.close()
    database.close()
  })

  it('is refused where ended runs were trained on it, and names them, until it is forced', async () => {
    const workspace = await temporaryFolder()
    const run = await storedWorkspace(workspace)
    const refused = await runCommand(workspace, 'data', 'delete', 'clicks')
    expect(refused.status).toBe(1)
    expect(refused.stderr).toContain(`run ${run} was trained on it and cannot predict without it`)
    expect(refused.stderr).toContain('--force')
    expect((await runCommand(workspace, 'data', 'delete', 'clicks', '--force')).status).toBe(0)
    expect(existsSync(join(workspace, 'datasets', 'clicks'))).toBe(false)
    const listed = await runForJson<{
      items: { kind: string; name: string; bytes: number }[]
      bytes: number
    }>(workspace, 'trash', 'list')
    expect(listed.json).toMatchObject({ items: [{ kind: 'dataset', name: 'clicks' }] })
    expect(listed.json.bytes).toBeGreaterThan(10_000)
    expect((await runCommand(workspace, 'trash', 'restore', 'clicks', '--name', 'clicks-2')).status).toBe(0)
    expect((await runCommand(workspace, 'data', 'verify', 'clicks-2')).status).toBe(0)
    expect((await runCommand(workspace, 'trash', 'restore', 'clicks')).stderr).toContain(
      'clicks is not in the trash',
    )
  })
})

describe('a file that is there', () => {
  it.each([['csv'], ['safetensors']])('is kept by export --format %s until it is forced', async (format) => {
    const workspace = await temporaryFolder()
    const run = await storedWorkspace(workspace)
    const out = join(workspace, 'mine')
    await writeFile(out, 'mine')
    const words = ['export', run, '--format', format, '--out', out]
    const { status, json } = await runForJson<Failure>(workspace, ...words)
    expect([status, json.error.code]).toEqual([1, 'AlreadyExists'])
    expect(await readFile(out, 'utf8')).toBe('mine')
    expect((await runCommand(workspace, ...words, '--force')).status).toBe(0)
    expect(await readFile(out, 'utf8')).not.toBe('mine')
  })
})

describe('a workspace that was deleted or replaced while it was open', () => {
  it('refuses what would be stored in a file that is gone', async () => {
    const workspace = await temporaryFolder()
    const database = openStudioDatabase(join(workspace, 'studio.db'))
    const handlers = modelHandlers(database, () => undefined)
    await Promise.resolve(handlers['models.save']({ id: null, document: sampleModel() }, NO_FILES, NO_HOSTS))
    await rm(join(workspace, 'studio.db'))
    const save = () => handlers['models.save']({ id: null, document: sampleModel() }, NO_FILES, NO_HOSTS)
    expect(save).toThrow('was deleted, moved or replaced while it was open')
    expect(() => database.runs.create(sampleRun())).toThrow('nothing more can be stored')
    openStudioDatabase(join(workspace, 'studio.db')).close()
    expect(save).toThrow('was deleted, moved or replaced')
    database.close()
  })

  it('stores again once the workspace is back', async () => {
    const workspace = await temporaryFolder()
    const file = join(workspace, 'studio.db')
    const database = openStudioDatabase(file)
    await rename(file, `${file}.away`)
    expect(() => database.models.save(null, sampleModel())).toThrow('was deleted')
    await rename(`${file}.away`, file)
    expect(database.models.save(null, sampleModel()).name).toBe('logistic regression')
    database.close()
  })
})

describe('data verify and doctor', () => {
  it('name the damaged file, and what to do', async () => {
    const workspace = await temporaryFolder()
    const run = await storedWorkspace(workspace)
    expect((await runCommand(workspace, 'data', 'verify', 'clicks')).stdout).toContain('clicks is intact')
    const checks = async () => {
      const { json } = await runForJson<{
        checks: { name: string; ok: boolean; found: string; remedy: string }[]
      }>(workspace, 'doctor')
      return json.checks.filter(({ name }) => /^(Database|Dataset|Checkpoints)/.test(name))
    }
    expect((await checks()).map(({ name, ok }) => [name, ok])).toEqual([
      ['Database', true],
      ['Dataset clicks', true],
      [`Checkpoints of ${run}`, true],
    ])
    await flip(join(workspace, 'datasets', 'clicks', 'train', 'rows.bin'))
    await flip(join(workspace, 'checkpoints', run, '50.json'))
    const { status, stderr } = await runCommand(workspace, 'data', 'verify', 'clicks')
    expect(status).toBe(1)
    expect(stderr).toMatch(/train.rows\.bin: the content has changed since the import/)
    const [, dataset, checkpoints] = await checks()
    expect(dataset).toMatchObject({ ok: false, remedy: 'Delete it and import it again' })
    expect(checkpoints?.found).toContain(`checkpoints/${run}/50.json`)
    const train = await runCommand(workspace, 'train', 'dlrm', '--data', 'clicks', '--epochs', '1')
    expect(train.status).toBe(1)
    expect(train.stdout + train.stderr).toContain('rows.bin')

    expect(await runForJson(workspace, 'workspace', 'check')).toMatchObject({
      status: 1,
      json: { ok: false },
    })
    const repaired = await runForJson<{ moved: { path: string }[] }>(workspace, 'workspace', 'repair')
    expect(repaired.json.moved.map(({ path }) => path)).toContain('datasets/clicks')
    expect(await runForJson(workspace, 'workspace', 'check')).toMatchObject({ status: 0, json: { ok: true } })
    const to = await temporaryFolder()
    const backup = await runForJson<{ backup: string }>(workspace, 'workspace', 'backup', '--to', to)
    const again = join(to, 'again')
    const words = ['workspace', 'restore', backup.json.backup, '--to', again]
    expect(await runForJson(workspace, ...words)).toMatchObject({ status: 0, json: { workspace: again } })
    expect((await runCommand(again, 'runs', 'show', run)).status).toBe(0)
    expect((await runCommand(workspace, 'workspace', 'backup')).status).toBe(2)
  })

  it('check the datasets of a workspace that has no database', async () => {
    const workspace = await temporaryFolder()
    await storedWorkspace(workspace)
    for (const ending of ['', '-wal', '-shm'])
      await rm(join(workspace, `studio.db${ending}`), { force: true })
    type Checks = { checks: { name: string; ok: boolean }[] }
    const { json } = await runForJson<Checks>(workspace, 'doctor')
    expect(json.checks.find(({ name }) => name === 'Dataset clicks')).toMatchObject({ ok: true })
    expect(json.checks.some(({ name }) => name === 'Database')).toBe(false)
  })
})

async function flip(path: string): Promise<void> {
  const content = await readFile(path)
  content[content.length >> 1]! ^= 1
  await writeFile(path, content)
}
