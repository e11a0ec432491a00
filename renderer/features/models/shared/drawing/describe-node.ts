/** Describes a node in words, as the drawing and the table of layers show it. */
import type { BoundColumns, ModelNode, NodeKind } from '../../../../../main/model/document.ts'
import { nodeDefinition } from '../../../../../main/model/kinds/index.ts'
import type { NodeGroupName } from '../../../../../main/model/kinds/node.ts'
import { formatBytes, formatCount } from '../../../../platform/units.ts'

/** Gives the name of a kind of node that users read. */
export const kindLabel = (kind: NodeKind): string => nodeDefinition({ kind }).label

/** Gives the group that a kind of node takes its colour from. */
export const groupOf = (kind: NodeKind): NodeGroupName => nodeDefinition({ kind }).group

/** Gives the settings that matter most, in one line. */
export function detailOf(node: ModelNode, columns: BoundColumns | null): string {
  return nodeDefinition(node).detail(node, { columns, count: formatCount, counted })
}

/** Gives the number of parameters and their bytes, where they are known. */
export function sizeText({ parameters, bytes }: { parameters: number | null; bytes: number | null }): string {
  if (parameters === null) return 'size unknown'
  return parameters === 0 ? 'no parameters' : `${formatCount(parameters)} params · ${formatBytes(bytes)}`
}

/** Gives the sign before a sum of which some terms are not known. */
export const leastSign = ({ complete }: { complete: boolean }) => (complete ? '' : '≥ ')

export const counted = (count: number, noun: string) =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
