import { describe, expect, it } from 'vitest'
import type { RunDetail, RunSummary } from '../../main/contract/runs.ts'
import { answerOf, startCommand, type RunningCommand } from '../helpers/command-line.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** A command line that trains the example's clicks until it is stopped. */
async function endlessTraining(): Promise<{ workspace: string; training: RunningCommand; id: string }> {
  const workspace = await temporaryFolder()
  const schema = ['--schema', 'examples/clicks-schema.json']
  await answerOf(workspace, 'data', 'import', 'examples/clicks.csv', '--name', 'clicks', ...schema)
  const settings = ['--epochs', '100000', '--threads', '1', '--json']
  const training = startCommand(workspace, ['train', 'dlrm', '--data', 'clicks', ...settings])
  await training.says('epoch 2,')
  const { runs } = await answerOf<{ runs: RunSummary[] }>(workspace, 'runs', 'list')
  return { workspace, training, id: runs[0]?.id ?? '' }
}

describe('two command lines in one workspace', () => {
  it('see one another’s run, and one can stop the other’s', { timeout: 120_000 }, async () => {
    const { workspace, training, id } = await endlessTraining()
    const running = await answerOf<RunDetail>(workspace, 'runs', 'show', id)
    expect(running).toMatchObject({ status: 'running', ownedHere: false })
    expect(running.progress?.step).toBeGreaterThan(0)

    await answerOf(workspace, 'stop', id)
    const { status, stdout, stderr } = await training.ended
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ run: id, status: 'stopped' })
    expect(stderr).toContain(`resume ${id}`)
    expect(await answerOf(workspace, 'runs', 'show', id)).toMatchObject({ status: 'stopped', progress: null })
  })

  it(
    'an interrupted one saves its run, says how to go on, and another goes on',
    { timeout: 120_000 },
    async () => {
      const { workspace, training, id } = await endlessTraining()
      training.child.kill('SIGINT')
      const { status, stdout, stderr } = await training.ended
      expect(status).toBe(130)
      const stopped = JSON.parse(stdout) as { status: string; steps: number }
      expect(stopped.status).toBe('stopped')
      expect(stderr).toContain(`resume ${id} --workspace ${workspace}`)

      const resumed = startCommand(workspace, ['resume', id, '--json'])
      await resumed.says(`Resumed at step ${stopped.steps}.`)
      await resumed.says('epoch ')
      resumed.child.kill('SIGTERM')
      const end = await resumed.ended
      expect(end.status).toBe(130)
      expect((JSON.parse(end.stdout) as { steps: number }).steps).toBeGreaterThan(stopped.steps)
    },
  )
})
