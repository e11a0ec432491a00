/** Edits a model as fast as it can, undoing now and then, and says after each edit how many are in effect. */
import { writeSync } from 'node:fs'
import { openStudioDatabase } from '../../db/index.ts'
import { addNode, placeNodes } from '../../main/model/editing/edits.ts'
import { newNode } from '../../main/model/editing/new-node.ts'
import { difference } from '../../main/model/editing/patch.ts'

const [file = '', id = ''] = process.argv.slice(2)
const { models } = openStudioDatabase(file)
let { document } = models.get(id)
for (let turn = 0; ; turn++) {
  const { done } = models.undoState(id)
  if (turn % 5 === 4) {
    document = models.step(id, 'undo') ?? document
  } else {
    const after =
      turn % 2 === 0 && document.nodes.length < 60
        ? addNode(document, newNode('bias', document, null))
        : placeNodes(document, new Map([[document.nodes[0]?.id ?? '', { x: turn, y: -turn }]]))
    models.edit(id, { after: done, name: `Edit ${turn}`, patch: difference(document, after) })
    document = after
  }
  writeSync(1, `${models.undoState(id).done} ${document.nodes.length}\n`)
}
