/** Assigns each node to a rank: a column of a drawing that goes right, or a row of one that goes down. */

export interface Edge {
  source: string
  target: string
}

/** Leaves out the edges that close a cycle, so that every node can stand right of its sources. */
export function acyclic(ids: readonly string[], edges: readonly Edge[]): Edge[] {
  const outgoing = new Map<string, Edge[]>(ids.map((id) => [id, []]))
  for (const edge of edges) outgoing.get(edge.source)?.push(edge)
  const state = new Map<string, 'open' | 'done'>()
  const kept: Edge[] = []
  for (const root of ids) {
    if (state.has(root)) continue
    state.set(root, 'open')
    const path = [{ id: root, next: 0 }]
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const edge = outgoing.get(top.id)?.[top.next++]
      if (!edge) {
        state.set(top.id, 'done')
        path.pop()
        continue
      }
      if (state.get(edge.target) === 'open') continue
      kept.push(edge)
      if (!state.has(edge.target)) {
        state.set(edge.target, 'open')
        path.push({ id: edge.target, next: 0 })
      }
    }
  }
  return kept
}

/**
 * Puts each node as far left as the longest path from an input allows, then as far right as the next use allows, so that
 * an input stands right before what it feeds. `edges` must have no cycle.
 */
export function ranksOf(ids: readonly string[], edges: readonly Edge[]): Map<string, number> {
  const order = topological(ids, edges)
  const ranks = new Map<string, number>(ids.map((id) => [id, 0]))
  const incoming = by(edges, 'target')
  const outgoing = by(edges, 'source')
  const rank = (id: string) => ranks.get(id) ?? 0
  for (const id of order)
    for (const { source } of incoming.get(id) ?? []) ranks.set(id, Math.max(rank(id), rank(source) + 1))
  for (const id of [...order].reverse()) {
    const uses = (outgoing.get(id) ?? []).map(({ target }) => rank(target) - 1)
    if (uses.length > 0)
      ranks.set(
        id,
        uses.reduce((least, use) => Math.min(least, use)),
      )
  }
  return ranks
}

function topological(ids: readonly string[], edges: readonly Edge[]): string[] {
  const waiting = new Map<string, number>(ids.map((id) => [id, 0]))
  const outgoing = by(edges, 'source')
  for (const { target } of edges) waiting.set(target, (waiting.get(target) ?? 0) + 1)
  const order = ids.filter((id) => waiting.get(id) === 0)
  for (let index = 0; index < order.length; index++)
    for (const { target } of outgoing.get(order[index] ?? '') ?? []) {
      const left = (waiting.get(target) ?? 0) - 1
      waiting.set(target, left)
      if (left === 0) order.push(target)
    }
  return order
}

function by(edges: readonly Edge[], end: keyof Edge): Map<string, Edge[]> {
  const groups = new Map<string, Edge[]>()
  for (const edge of edges) {
    const group = groups.get(edge[end])
    if (group) group.push(edge)
    else groups.set(edge[end], [edge])
  }
  return groups
}
