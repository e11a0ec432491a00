/** Groups of a document as the canvas knows them. */
import type { ModelDocument, NodeGroup } from '../../../../main/model/document.ts'

/**
 * Ids of what is no node of the model begin with a letter that no node's id has. A group's box and its frame are two
 * things to the canvas.
 */
export const groupKey = ({ id, collapsed }: Pick<NodeGroup, 'id' | 'collapsed'>): string =>
  `${collapsed ? '@' : '%'}${id}`
export const isGroupKey = (key: string): boolean => /^[@%]/.test(key)
export const commentKey = (id: string): string => `#${id}`

/** Groups with the nodes that are there and in no group before. */
export function groupsOf(document: ModelDocument): NodeGroup[] {
  if (!document.groups) return []
  const left = new Set(document.nodes.map(({ id }) => id))
  return document.groups.flatMap((group) => {
    const nodes = group.nodes.filter((id) => left.delete(id))
    return nodes.length > 0 ? [{ ...group, nodes }] : []
  })
}

/** The keys of collapsed groups by the ids of their nodes. */
export function collapsedInto(document: ModelDocument): Map<string, string> {
  return new Map(
    groupsOf(document).flatMap((group) =>
      group.collapsed ? group.nodes.map((node) => [node, groupKey(group)] as const) : [],
    ),
  )
}
