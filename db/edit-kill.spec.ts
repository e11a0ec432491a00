import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkDocument } from '../main/model/check.ts'
import { presetDocument } from '../main/model/presets/index.ts'
import { runUntilKilled } from '../test/helpers/run-until-killed.ts'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import { openStudioDatabase } from './index.ts'

const KILLS = 50

it(`keeps the last acknowledged edit and everything that can be undone over ${KILLS} kills at any moment`, async () => {
  const file = join(await temporaryFolder(), 'studio.db')
  const columns = { dense: ['age'], sparse: [{ name: 'user', cardinality: 10, multiValued: false }] }
  const first = presetDocument('dlrm', columns)
  const database = openStudioDatabase(file)
  const { id } = database.models.save(null, first)
  database.close()
  for (let kill = 0; kill < KILLS; kill++) {
    const acknowledged = await runUntilKilled('model-editor.ts', [file, id], (kill * 7) % 60)
    const reopened = openStudioDatabase(file)
    try {
      const { done } = reopened.models.undoState(id)
      const { document } = reopened.models.get(id)
      // At most the one edit after the last acknowledged one, which was stored but not acknowledged.
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
    while (last.models.undoState(id).done < undone) last.models.step(id, 'redo')
    expect(last.models.get(id).document).toEqual(whole)
  } finally {
    last.close()
  }
}, 120_000)
