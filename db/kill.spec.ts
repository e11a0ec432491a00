import { expect, it } from 'vitest'
import { runUntilKilled } from '../test/helpers/run-until-killed.ts'
import { databaseWithRun } from '../test/helpers/sample-run.ts'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import { openStudioDatabase } from './index.ts'

it('loses no stored epoch and keeps each one whole when its writer is killed at any moment', async () => {
  const folder = await temporaryFolder()
  const { database, id } = databaseWithRun(folder)
  database.close()
  for (const delay of [0, 7, 23, 41, 64, 90]) {
    const written = await runUntilKilled('database-writer.ts', [database.file, id], delay)
    const stored = Number(written.at(-1))
    const reopened = openStudioDatabase(database.file)
    try {
      const epochs = reopened.epochs.list(id)
      expect(epochs.length).toBeGreaterThanOrEqual(stored)
      expect(reopened.points.after(id, 0, 1e6)).toHaveLength(epochs.length * 50)
      expect(reopened.log.after(id, 0, 1e6)).toHaveLength(epochs.length)
      expect(reopened.checkpoints.list(id).map(({ epoch }) => epoch)).toEqual([epochs.length])
      expect(reopened.integrity()).toEqual([])
    } finally {
      reopened.close()
    }
  }
})
