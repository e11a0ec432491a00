/** Comments on the canvas and groups of nodes: what a drawing says to people and no backend reads. */
import type { CanvasComment, ModelDocument, NodeGroup } from '../document.ts'
import { freeAmong } from './new-node.ts'

/** Lists that are empty are left out, so that taking back the first leaves the document as it was. */
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

/** Also gives the new comment's id. */
export function addComment(
  document: ModelDocument,
  text: string,
  position: CanvasComment['position'],
): { document: ModelDocument; id: string } {
  const comments = document.comments ?? []
  const id = freeAmong(new Set(comments.map((comment) => comment.id)), 'comment')
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

/** Puts nodes into a group of their own, out of the groups they were in. Also gives the group's id. */
export function groupNodes(
  document: ModelDocument,
  ids: ReadonlySet<string>,
  name: string,
): { document: ModelDocument; id: string } {
  const groups = (takenOut(document, ids).groups ?? []).filter(({ nodes }) => nodes.length > 0)
  const id = freeAmong(new Set(groups.map((group) => group.id)), 'group')
  const nodes = document.nodes.filter((node) => ids.has(node.id)).map((node) => node.id)
  return { document: withGroups(document, [...groups, { id, name, nodes, collapsed: false }]), id }
}

/** The nodes stay. */
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

/** Takes nodes out of their groups; a group without nodes goes. */
export function takenOut(document: ModelDocument, ids: ReadonlySet<string>): ModelDocument {
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
