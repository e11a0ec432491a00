/** Writes and reads nodes as text, which can be pasted into another model, a mail or a file, and back. */
import { z } from 'zod'
import { graphProblems } from '../../../../main/model/check-structure.ts'
import { MAX_NODES, modelNode, type ModelNode } from '../../../../main/model/document.ts'
import { schemaProblems } from '../../../../main/model/parse.ts'
import { problemText } from '../../../../main/model/plan.ts'

const FORMAT = 'dlrm-studio-nodes'
const copies = z.object({ format: z.literal(FORMAT), nodes: z.array(modelNode).min(1).max(MAX_NODES) })

let copied: readonly ModelNode[] | null = null

export function copyText(nodes: readonly ModelNode[]): string {
  copied = nodes
  return JSON.stringify({ format: FORMAT, nodes }, null, 2)
}

/** Gives what was copied last to a menu, because only a key may read the clipboard itself. */
export const lastCopied = (): readonly ModelNode[] | null => copied

/** Returns null if the text is something else, or a message if these are nodes that cannot be pasted. */
export function readCopies(text: string): ModelNode[] | string | null {
  if (!text.includes(FORMAT)) return null
  try {
    const { nodes } = copies.parse(JSON.parse(text))
    const [problem] = graphProblems(nodes)
    return problem ? `These nodes cannot be pasted: ${problemText(problem)}` : nodes
  } catch (error) {
    const [problem] = error instanceof z.ZodError ? schemaProblems(error, JSON.parse(text)) : []
    return `These nodes cannot be pasted: ${problem ? problemText(problem) : 'the text is cut off or changed.'}`
  }
}
