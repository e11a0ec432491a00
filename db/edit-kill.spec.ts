import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { checkDocument } from '../main/model/check.ts'
import { presetDocument } from '../main/model/presets/index.ts'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import { openStudioDatabase } from './index.ts'

const KILLS = 50
const editor = fileURLToPath(new URL('../test/helpers/model-editor.ts', import.meta.url))

/** Lets the editor work, kills it in the middle, and gives all that it was told is stored. */
async function editUntilKilled(file: string, id: string, milliseconds: number): Promise<string[]> {
  const child = spawn(process.execPath, [editor, file, id], { stdio: ['ignore', 'pipe', 'inherit'] })
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
  return output.split('\n').slice(0, -1)
}

it(`keeps the last acknowledged edit and everything that can be undone over ${KILLS} kills at any moment`, async () => {
  const file = join(await temporaryFolder(), 'studio.db')
  const columns = { dense: ['age'], sparse: [{ name: 'user', cardinality: 10, multiValued: false }] }
  const first = presetDocument('dlrm', columns)
  const database = openStudioDatabase(file)
  const { id } = database.models.save(null, first)
  database.close()
  for (let kill = 0; kill < KILLS; kill++) {
    const acknowledged = await editUntilKilled(file, id, (kill * 7) % 60)
    const reopened = openStudioDatabase(file)
    try {
      const { done } = reopened.models.standing(id)
      const { document } = reopened.models.get(id)
      // At most the one edit after the last acknowledged one, which was stored but not told of.
      const [toldDone = 0] = (acknowledged.at(-1) ?? '').split(' ').map(Number)
      expect(Math.abs(done - toldDone)).toBeLessThanOrEqual(1)
      if (done === toldDone) expect(`${done} ${document.nodes.length}`).toBe(acknowledged.at(-1))
      expect(checkDocument(document, columns).nodes.length).toBe(document.nodes.length)
      expect(reopened.integrity()).toEqual([])
    } finally {
      reopened.close()
    }
  }
  const last = openStudioDatabase(file)
  try {
    const whole = last.models.get(id).document
    let undone = 0
    while (last.models.step(id, 'undo')) undone++
    expect(undone).toBeGreaterThan(KILLS)
    expect(last.models.get(id).document).toEqual(first)
    while (last.models.standing(id).done < undone) last.models.step(id, 'redo')
    expect(last.models.get(id).document).toEqual(whole)
  } finally {
    last.close()
  }
}, 120_000)
