/** Nodes as text: what is copied here can be pasted into another model, a mail, or a file, and back. */
import { z } from 'zod'
import { MAX_NODES, modelNode, type ModelNode } from '../../../../main/model/document.ts'

const FORMAT = 'dlrm-studio-nodes'
const copies = z.object({ format: z.literal(FORMAT), nodes: z.array(modelNode).min(1).max(MAX_NODES) })

export const copyText = (nodes: readonly ModelNode[]): string =>
  JSON.stringify({ format: FORMAT, nodes }, null, 2)

/** null where the text is something else. */
export function readCopies(text: string): ModelNode[] | null {
  if (!text.includes(FORMAT)) return null
  try {
    return copies.parse(JSON.parse(text)).nodes
  } catch {
    return null
  }
}
