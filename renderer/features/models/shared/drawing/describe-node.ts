/** A node in words, as the drawing and the table of layers show it. */
import type { BoundColumns, ModelNode, NodeKind } from '../../../../../main/model/document.ts'
import { nodeDefinition } from '../../../../../main/model/kinds/index.ts'
import type { NodeGroupName } from '../../../../../main/model/kinds/node.ts'
import { formatBytes, formatCount } from '../../../../platform/units.ts'

/** What people call a kind of node. */
export const kindLabel = (kind: NodeKind): string => nodeDefinition({ kind }).label

/** What gives nodes of a kind their colour. */
export const groupOf = (kind: NodeKind): NodeGroupName => nodeDefinition({ kind }).group

/** The settings that matter most, in one line. */
export function detailOf(node: ModelNode, columns: BoundColumns | null): string {
  return nodeDefinition(node).detail(node, { columns, count: formatCount, counted })
}

/** Parameters and their bytes, where they are known. */
export function sizeText({ parameters, bytes }: { parameters: number | null; bytes: number | null }): string {
  if (parameters === null) return 'size unknown'
  return parameters === 0 ? 'no parameters' : `${formatCount(parameters)} params · ${formatBytes(bytes)}`
}

/** What goes before sums of which a part is not known. */
export const leastSign = ({ complete }: { complete: boolean }) => (complete ? '' : '≥ ')

export const counted = (count: number, noun: string) =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
