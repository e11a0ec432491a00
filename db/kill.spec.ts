import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { databaseWithRun } from '../test/helpers/sample-run.ts'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import { openStudioDatabase } from './index.ts'

const writer = fileURLToPath(new URL('../test/helpers/database-writer.ts', import.meta.url))

/** Lets the writer store some epochs, kills it in the middle and returns the last one it was told is stored. */
async function writeUntilKilled(file: string, run: string, milliseconds: number): Promise<number> {
  const child = spawn(process.execPath, [writer, file, run], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  const ended = new Promise((resolve) => child.once('close', resolve))
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString()
      resolve()
    })
  })
  await new Promise((resolve) => setTimeout(resolve, milliseconds))
  child.kill('SIGKILL')
  await ended
  return Number(output.trimEnd().split('\n').at(-1))
}

it('loses no stored epoch and keeps each one whole when its writer is killed at any moment', async () => {
  const folder = await temporaryFolder()
  const { database, id } = databaseWithRun(folder)
  database.close()
  for (const delay of [0, 7, 23, 41, 64, 90]) {
    const stored = await writeUntilKilled(database.file, id, delay)
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
