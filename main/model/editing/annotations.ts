/** Comments on the canvas and groups of nodes. They explain the model to people; backends ignore them. */
import type { CanvasComment, ModelDocument, NodeGroup } from '../document.ts'
import { unusedId } from './new-node.ts'

/** Empty lists are left out, so that undoing the first annotation restores the document exactly. */
function withComments(document: ModelDocument, comments: CanvasComment[]): ModelDocument {
  const changed = { ...document, comments }
  if (comments.length === 0) delete (changed as ModelDocument).comments
  return changed
}

function withGroups(document: ModelDocument, groups: NodeGroup[]): ModelDocument {
  const changed = { ...document, groups }
  if (groups.length === 0) delete (changed as ModelDocument).groups
  return changed
}

/** Also returns the new comment's id. */
export function addComment(
  document: ModelDocument,
  text: string,
  position: CanvasComment['position'],
): { document: ModelDocument; id: string } {
  const comments = document.comments ?? []
  const id = unusedId(new Set(comments.map((comment) => comment.id)), 'comment')
  return { document: withComments(document, [...comments, { id, text, position }]), id }
}

export function changeComment(
  document: ModelDocument,
  id: string,
  change: Partial<Pick<CanvasComment, 'text' | 'position'>>,
): ModelDocument {
  const comments = document.comments ?? []
  return withComments(
    document,
    comments.map((comment) => (comment.id === id ? { ...comment, ...change } : comment)),
  )
}

export function removeComments(document: ModelDocument, ids: ReadonlySet<string>): ModelDocument {
  if (ids.size === 0) return document
  return withComments(
    document,
    (document.comments ?? []).filter(({ id }) => !ids.has(id)),
  )
}

/** Puts nodes into a new group and removes them from the groups they were in. Also returns the group's id. */
export function groupNodes(
  document: ModelDocument,
  ids: ReadonlySet<string>,
  name: string,
): { document: ModelDocument; id: string } {
  const groups = (withoutNodes(document, ids).groups ?? []).filter(({ nodes }) => nodes.length > 0)
  const id = unusedId(new Set(groups.map((group) => group.id)), 'group')
  const nodes = document.nodes.filter((node) => ids.has(node.id)).map((node) => node.id)
  return { document: withGroups(document, [...groups, { id, name, nodes, collapsed: false }]), id }
}

/** Removes the group and keeps its nodes. */
export function ungroup(document: ModelDocument, ids: ReadonlySet<string>): ModelDocument {
  return withGroups(
    document,
    (document.groups ?? []).filter(({ id }) => !ids.has(id)),
  )
}

export function changeGroup(
  document: ModelDocument,
  id: string,
  change: Partial<Pick<NodeGroup, 'name' | 'collapsed'>>,
): ModelDocument {
  return withGroups(
    document,
    (document.groups ?? []).map((group) => (group.id === id ? { ...group, ...change } : group)),
  )
}

/** Removes nodes from their groups. A group without nodes is removed. */
export function withoutNodes(document: ModelDocument, ids: ReadonlySet<string>): ModelDocument {
  if (!document.groups?.some(({ nodes }) => nodes.some((node) => ids.has(node)))) return document
  const groups = document.groups.map((group) =>
    group.nodes.some((node) => ids.has(node))
      ? { ...group, nodes: group.nodes.filter((node) => !ids.has(node)) }
      : group,
  )
  return withGroups(
    document,
    groups.filter(({ nodes }) => nodes.length > 0),
  )
}
