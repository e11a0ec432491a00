import { describe, expect, it } from 'vitest'
import type { EpochResult } from '../../main/contract/runs.ts'
import type { DatasetManifest } from '../../main/contract/manifest.ts'
import { answerOf, runForJson, startCommand } from '../helpers/command-line.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

interface QuickStarted {
  run: string
  status: string
  steps: number
  epochs: EpochResult[]
}

describe('the quick start without a window', () => {
  it(
    'installs MovieLens, trains to an end that is no accident, and installs it once only',
    { timeout: 300_000 },
    async () => {
      const workspace = await temporaryFolder()
      const { status, json, stderr } = await runForJson<QuickStarted>(workspace, 'quickstart')
      expect(status).toBe(0)
      expect(json).toMatchObject({ status: 'completed', steps: json.epochs.length * 313 })
      // Three seeds of PyTorch reach 0.7872 ± 0.0017 on the test rows.
      expect(Math.max(...json.epochs.map(({ test }) => test?.auc ?? 0))).toBeGreaterThan(0.775)
      expect(stderr).toContain('movielens-100k: 100,000 rows')
      expect(stderr).toContain('GroupLens')

      const second = startCommand(workspace, ['quickstart'])
      await second.says('The dataset movielens-100k is already installed.')
      second.child.kill('SIGINT')
      const end = await second.ended
      expect(end.status).toBe(130)
      expect(end.stderr).not.toContain('GroupLens')
    },
  )

  it('trains on synthetic clicks and says why where nothing can be downloaded', async () => {
    const workspace = await temporaryFolder()
    const words = ['--json', 'quickstart']
    // Nothing listens on this port.
    const offline = { DLRM_STUDIO_CACHE: await temporaryFolder(), PIP_INDEX_URL: 'http://127.0.0.1:9/simple' }
    const { status, stdout, stderr } = await startCommand(workspace, words, offline).ended
    expect(status).toBe(0)
    expect(stderr).toMatch(/127\.0\.0\.1.*cannot be used.*So the quick start trains on synthetic clicks/)
    const { epochs } = JSON.parse(stdout) as QuickStarted
    const { provenance } = await answerOf<DatasetManifest>(workspace, 'data', 'show', 'synthetic-clicks')
    expect(provenance.source).toContain('a shop that does not exist')
    const ceiling = Number(provenance.ceilingAuc)
    const best = Math.max(...epochs.map(({ test }) => test?.auc ?? 0))
    expect(best).toBeGreaterThan(0.77)
    expect(best).toBeLessThan(ceiling)
  })
})
