/** The groups of a document, and the keys that groups and comments have on the canvas. */
import type { ModelDocument, NodeGroup } from '../../../../main/model/document.ts'

/**
 * The keys of groups and comments begin with a character that no node's id has. A group's box and its frame are two
 * elements of the canvas, and have two keys.
 */
export const groupKey = ({ id, collapsed }: Pick<NodeGroup, 'id' | 'collapsed'>): string =>
  `${collapsed ? '@' : '%'}${id}`
export const isGroupKey = (key: string): boolean => /^[@%]/.test(key)
export const commentKey = (id: string): string => `#${id}`

/** Gives the groups with those of their nodes that exist and that no earlier group has. */
export function groupsOf(document: ModelDocument): NodeGroup[] {
  if (!document.groups) return []
  const left = new Set(document.nodes.map(({ id }) => id))
  return document.groups.flatMap((group) => {
    const nodes = group.nodes.filter((id) => left.delete(id))
    return nodes.length > 0 ? [{ ...group, nodes }] : []
  })
}

/** Gives the keys of collapsed groups by the ids of their nodes. */
export function collapsedInto(document: ModelDocument): Map<string, string> {
  return new Map(
    groupsOf(document).flatMap((group) =>
      group.collapsed ? group.nodes.map((node) => [node, groupKey(group)] as const) : [],
    ),
  )
}
