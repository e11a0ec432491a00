/** In which column of the drawing each node stands. */

export interface Link {
  source: string
  target: string
}

/** Links without those that close a cycle, so that every node can stand right of its sources. */
export function acyclic(ids: readonly string[], links: readonly Link[]): Link[] {
  const outgoing = new Map<string, Link[]>(ids.map((id) => [id, []]))
  for (const link of links) outgoing.get(link.source)?.push(link)
  const state = new Map<string, 'open' | 'done'>()
  const kept: Link[] = []
  for (const root of ids) {
    if (state.has(root)) continue
    state.set(root, 'open')
    const path = [{ id: root, next: 0 }]
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const link = outgoing.get(top.id)?.[top.next++]
      if (!link) {
        state.set(top.id, 'done')
        path.pop()
        continue
      }
      if (state.get(link.target) === 'open') continue
      kept.push(link)
      if (!state.has(link.target)) {
        state.set(link.target, 'open')
        path.push({ id: link.target, next: 0 })
      }
    }
  }
  return kept
}

/**
 * As far left as the longest way from an input allows, then as far right as the next use allows: an input stands right
 * before what it feeds. `links` have no cycle.
 */
export function ranksOf(ids: readonly string[], links: readonly Link[]): Map<string, number> {
  const order = topological(ids, links)
  const ranks = new Map<string, number>(ids.map((id) => [id, 0]))
  const incoming = by(links, 'target')
  const outgoing = by(links, 'source')
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

function topological(ids: readonly string[], links: readonly Link[]): string[] {
  const waiting = new Map<string, number>(ids.map((id) => [id, 0]))
  const outgoing = by(links, 'source')
  for (const { target } of links) waiting.set(target, (waiting.get(target) ?? 0) + 1)
  const order = ids.filter((id) => waiting.get(id) === 0)
  for (let place = 0; place < order.length; place++)
    for (const { target } of outgoing.get(order[place] ?? '') ?? []) {
      const left = (waiting.get(target) ?? 0) - 1
      waiting.set(target, left)
      if (left === 0) order.push(target)
    }
  return order
}

function by(links: readonly Link[], end: keyof Link): Map<string, Link[]> {
  const groups = new Map<string, Link[]>()
  for (const link of links) {
    const group = groups.get(link[end])
    if (group) group.push(link)
    else groups.set(link[end], [link])
  }
  return groups
}
